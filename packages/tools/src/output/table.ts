import type { JsonObject, JsonValue } from 'qmp/json';
import { stringify } from 'qmp/json';
import { printable } from './printable.js';
import type { Theme } from './theme.js';

/** The least columns that a table makes sense in; below, each row becomes a block of its own. */
const narrow = 40;

/**
 * Lays rows out in columns, without borders, as wide as the terminal at most. What does not fit is broken into lines.
 * On a narrow terminal each row becomes a block of `name: value` lines.
 */
export async function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  theme: Theme,
  columns: number,
): Promise<string> {
  const safe = rows.map((row) => row.map(printable));
  const wanted = head.map((title, index) =>
    Math.max(title.length, ...safe.map((row) => longestLine(row[index] ?? ''))),
  );
  const least = head.map((title) => Math.max(6, title.length));
  const widths = fit(wanted, least, columns - 2 * (head.length - 1));
  if (columns < narrow || widths === undefined) return blocks(head, safe, theme);
  const { default: Table } = await import('cli-table3');
  const layout = new Table({
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    colWidths: widths.map((width) => width + 2),
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  layout.push([...head], ...safe.map((row) => [...row]));
  const [title = '', ...lines] = layout.toString().split('\n');
  return [theme.heading(title.trimEnd()), ...lines.map((line) => line.trimEnd())].join('\n');
}

/** Tells a list of objects, each with the same few scalar members: what a table is made for. */
export function isTabular(value: JsonValue): value is readonly JsonObject[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const rows = value as readonly JsonValue[];
  if (!rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row))) return false;
  const names = tabularHead(rows as readonly JsonObject[]);
  return names.length <= 8 && rows.every((row) => Object.values(row as JsonObject).every(isCell));
}

/** The rows of a list of objects as cells, with one column for each name that occurs. */
export function tabularRows(rows: readonly JsonObject[]): { head: string[]; cells: string[][] } {
  const head = tabularHead(rows);
  return { head, cells: rows.map((row) => head.map((name) => cell(row[name]))) };
}

function tabularHead(rows: readonly JsonObject[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names].sort((left, right) => leading(left) - leading(right));
}

/** Names that identify a row come first, whatever order the server prints them in. */
function leading(name: string): number {
  const index = ['id', 'name', 'label', 'device', 'node-name', 'cpu-index'].indexOf(name);
  return index < 0 ? 99 : index;
}

function isCell(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return (
    Object.values(value).every((inner) => typeof inner !== 'object' || inner === null) && stringify(value).length <= 60
  );
}

function cell(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : stringify(value);
}

function blocks(head: readonly string[], rows: readonly (readonly string[])[], theme: Theme): string {
  const block = (row: readonly string[]): string =>
    row
      .map((text, index) => (text === '' ? '' : `${theme.name(head[index] ?? '')}: ${text}\n`))
      .join('')
      .trimEnd();
  return rows.map(block).join('\n\n');
}

/** Column widths within the room, the widest columns giving first; undefined when there is not enough for all. */
function fit(wanted: readonly number[], least: readonly number[], room: number): number[] | undefined {
  const widths = [...wanted];
  for (let over = sum(widths) - room; over > 0; over--) {
    const spare = widths.map((width, index) => (width > (least[index] ?? 0) ? width : 0));
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
