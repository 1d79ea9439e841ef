import type { Finding } from './finding.js';
import { lineText, type SourceFile } from './source.js';

/** Writes a finding as QEMU's compiler does: include chain, definition, place, message. No final newline. */
export function formatFinding(finding: Finding): string {
  const { source, definition, qemu, related } = finding;
  const place = qemu.column === undefined ? `${qemu.line}` : `${qemu.line}:${qemu.column}`;
  const head = [...includeChain(source), ...definitionLine(source, definition)];
  const where = finding.code === 'unreadable-main' ? '' : `${source.path}:${place}: `;
  const lines = [...head, `${where}${finding.message}`];
  if (related !== undefined) lines.push(formatFinding({ ...related, code: '' }));
  return lines.join('\n');
}

/**
 * Writes a finding for people and editors: `file:line:column: message`, the include chain and the definition before it,
 * the line with a caret behind it.
 */
export function renderFinding(finding: Finding): string {
  const { source, line, column, definition, related, message, code } = finding;
  const lines = [...includeChain(source), ...definitionLine(source, definition)];
  lines.push(`${source.path}:${line}:${column}: ${visible(message)}${code === '' ? '' : ` [${code}]`}`);
  const text = lineText(source, line);
  if (text.trim() !== '') lines.push(...excerpt(text, column));
  if (related !== undefined) lines.push(renderFinding({ ...related, code: '' }));
  return lines.join('\n');
}

function includeChain(source: SourceFile): string[] {
  const chain: string[] = [];
  for (let site = source.includedFrom; site !== undefined; site = site.source.includedFrom) {
    chain.unshift(`In file included from ${site.source.path}:${site.line}:`);
  }
  return chain;
}

function definitionLine(source: SourceFile, definition: Finding['definition']): string[] {
  return definition === undefined || definition.name === ''
    ? []
    : [`${source.path}: In ${definition.kind} '${definition.name}':`];
}

/** Columns shown of a long line. */
const WIDTH = 100;

/** The line and a caret under the column; a long line is cut around it. */
function excerpt(text: string, column: number): string[] {
  const from = column > WIDTH ? column - WIDTH / 2 : 0;
  const shown = visible(text.slice(from, from + WIDTH));
  const margin = shown.slice(0, column - 1 - from).replace(/[^\t]/g, ' ');
  return [`  ${shown}`, `  ${margin}^`];
}

/** Shows control and other invisible characters as U+FFFD; tabs and newlines stay. */
function visible(text: string): string {
  return text.replace(/[^\P{C}\t\n]/gu, '\u{fffd}');
}
