import type { SchemaTable } from './table.js';

/** The JSON text of a table, one row a line, so that a change of the schema is a readable change of the file. */
export function tableText(table: SchemaTable): string {
  const sections = Object.entries(table).map(([name, rows]) => `${JSON.stringify(name)}: ${sectionText(rows)}`);
  return `{\n${sections.join(',\n')}\n}\n`;
}

function sectionText(rows: object): string {
  if (Array.isArray(rows)) return JSON.stringify(rows);
  const lines = Object.entries(rows).map(([name, row]) => `${JSON.stringify(name)}: ${JSON.stringify(row)}`);
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n}`;
}
