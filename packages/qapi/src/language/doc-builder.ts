import type { Finding } from './finding.js';
import { syntaxFinding } from './parser.js';
import type { SourceFile } from './source.js';
import type { Comment, CommentLine, DocSection, Documentation, SectionKind } from './syntax.js';

/** A part while it is read. */
export interface OpenSection {
  readonly kind: SectionKind;
  readonly name?: string;
  readonly tag?: string;
  line: number;
  text: string[];
}

/** What reading a documentation block gives: one block, or several where headings split it. */
export interface DocResult {
  readonly docs: readonly Documentation[];
  readonly findings: readonly Finding[];
}

/** What both readers of documentation share: collecting parts and findings. */
export class DocBuilder {
  readonly source: SourceFile;
  readonly comment: Comment;
  readonly findings: Finding[] = [];
  readonly docs: Documentation[] = [];
  symbol: string | undefined;
  sections: OpenSection[] = [];

  constructor(source: SourceFile, comment: Comment) {
    this.source = source;
    this.comment = comment;
    this.open('plain', comment.line);
  }

  get current(): OpenSection {
    return this.sections[this.sections.length - 1] as OpenSection;
  }

  open(kind: SectionKind, line: number, label: { name?: string; tag?: string } = {}): OpenSection {
    const section: OpenSection = { kind, line, text: [], ...label };
    this.sections.push(section);
    return section;
  }

  has(kind: SectionKind, name?: string): boolean {
    return this.sections.some((section) => section.kind === kind && section.name === name);
  }

  /** A finding with the column that QEMU names, at a line's `#` or behind it. */
  fail(code: string, message: string, line: CommentLine, shift = 0): void {
    this.findings.push(syntaxFinding(this.source, code, message, line.offset + shift));
  }

  /** A finding for which QEMU names a line only. */
  failAt(code: string, message: string, line: number): void {
    this.findings.push({ code, message, source: this.source, line, column: 1, qemu: { line } });
  }

  /** The text of a part, without empty lines at its ends. */
  static textOf({ text }: OpenSection): string {
    let from = 0;
    let to = text.length;
    while (from < to && text[from] === '') from++;
    while (to > from && text[to - 1] === '') to--;
    return text.slice(from, to).join('\n');
  }

  /** Ends the block and starts another one at the same place. */
  finish(textOf: (section: OpenSection) => string = DocBuilder.textOf): void {
    const sections = this.sections.map((section): DocSection => {
      const { kind, name, tag, line } = section;
      const text = textOf(section);
      return { kind, text, line, ...(name !== undefined && { name }), ...(tag !== undefined && { tag }) };
    });
    const { source, symbol } = this;
    this.docs.push({ source, line: this.comment.line, sections, ...(symbol !== undefined && { symbol }) });
    this.sections = [];
    this.open('plain', this.comment.line);
  }

  /** The text behind `# `, or undefined at the end of the block. */
  content(line: CommentLine): string | undefined {
    const { text } = line;
    if (text.startsWith('##')) {
      if (text !== '##') this.fail('doc-junk', "junk after '##' at end of documentation comment", line);
      return undefined;
    }
    if (text.length === 1) return '';
    if (text.charCodeAt(1) !== 32) {
      this.fail('doc-space', 'missing space after #', line);
      return text.slice(1);
    }
    return text.slice(2);
  }
}

/** The tags of a definition's documentation, by the word that is written. */
export const TAGS: ReadonlyMap<string, SectionKind> = new Map([
  ['Returns', 'returns'],
  ['Errors', 'errors'],
  ['Since', 'since'],
  ['TODO', 'todo'],
  ['Note', 'note'],
  ['Notes', 'note'],
  ['Example', 'example'],
  ['Examples', 'example'],
]);

/** How many blanks a line starts with. */
export function indentOf(line: string): number {
  let count = 0;
  while (count < line.length && line.charCodeAt(count) <= 32) count++;
  return count;
}

/** A name as `@name:` at the start of a line, with the length up to the text behind it. */
export function describedName(line: string): { name: string; length: number } | undefined {
  if (line.charCodeAt(0) !== 64) return undefined;
  const colon = line.indexOf(':');
  if (colon === -1) return undefined;
  let length = colon + 1;
  while (line.charCodeAt(length) === 32) length++;
  return { name: line.slice(1, colon), length };
}
