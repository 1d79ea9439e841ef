import { type JsonValue, stringify } from 'qmp/json';
import type { Theme } from './theme.js';

/** Longer text is not painted: nobody reads it all, and painting would take longer than reading it from the wire. */
const paintLimit = 1_000_000;

/** Prints a value as QEMU prints it, on one line or indented, and paints it. */
export function jsonText(value: JsonValue, theme: Theme, pretty = false): string {
  const text = stringify(value, { pretty }).replaceAll('\r', '');
  return text.length > paintLimit ? text : paintJson(text, theme);
}

/** Paints printed JSON. */
export function paintJson(text: string, theme: Theme): string {
  return text.replace(tokens, (token, string?: string, colon?: string) => {
    if (string !== undefined) return colon === undefined ? theme.string(string) : theme.name(string) + colon;
    return /^[-\d]/.test(token) ? theme.number(token) : theme.literal(token);
  });
}

const tokens = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null|inf)\b/g;
