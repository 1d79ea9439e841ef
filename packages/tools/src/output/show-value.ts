import { type JsonValue, stringify } from 'qmp/json';
import { jsonText } from './json-text.js';
import { printable } from './printable.js';
import { isTabular, table, tabularRows } from './table.js';
import type { Theme } from './theme.js';

/**
 * Prints what a command returned, for a person: a table for a list of objects, text as text, JSON for the rest,
 * indented when one line is too short for it.
 */
export async function showValue(value: JsonValue, theme: Theme, columns: number): Promise<string> {
  if (typeof value === 'string') return printable(value.replaceAll('\r\n', '\n')).trimEnd();
  if (isTabular(value)) {
    const { head, cells } = tabularRows(value);
    return table(head, cells, theme, columns);
  }
  return jsonText(value, theme, stringify(value).length > columns);
}
