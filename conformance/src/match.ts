import type { Json, Text } from './case.js';

const wildcards: Readonly<Record<string, string>> = {
  '⟨int⟩': '-?[0-9]+',
  '⟨chars⟩': '[^"\\r\\n]*',
  '⟨any⟩': '[^\\r\\n]*',
};
const wildcard = /(⟨int⟩|⟨chars⟩|⟨any⟩)/;

/** Compares a value with a pattern. @returns undefined when it matches, else what differs and where. */
export function difference(pattern: Json, value: Json, path = '$'): string | undefined {
  if (pattern === '$any') return undefined;
  if (pattern === '$int') return Number.isInteger(value) ? undefined : wants(path, 'an integer', value);
  if (pattern === '$string') return typeof value === 'string' ? undefined : wants(path, 'a string', value);
  if (Array.isArray(pattern)) return arrayDifference(pattern, value, path);
  if (typeof pattern === 'object' && pattern !== null) return objectDifference(pattern, value, path);
  return Object.is(pattern, value) || pattern === value ? undefined : wants(path, brief(pattern), value);
}

function arrayDifference(pattern: readonly Json[], value: Json, path: string): string | undefined {
  if (!Array.isArray(value)) return wants(path, 'an array', value);
  if (value.length !== pattern.length) return wants(path, `${pattern.length} elements`, value);
  for (const [index, item] of pattern.entries()) {
    const found = difference(item, value[index] ?? null, `${path}[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectDifference(pattern: { [name: string]: Json }, value: Json, path: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wants(path, 'an object', value);
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(pattern, name)) return `${path}: unexpected member ${name} in ${brief(value)}`;
  }
  for (const [name, item] of Object.entries(pattern)) {
    if (!Object.hasOwn(value, name)) return `${path}: member ${name} is missing in ${brief(value)}`;
    const found = difference(item, value[name] ?? null, `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function wants(path: string, what: string, value: Json): string {
  return `${path}: want ${what}, got ${brief(value)}`;
}

/** A value on one line, cut when long. */
export function brief(value: unknown, length = 300): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= length ? text : `${text.slice(0, length)}…(${text.length})`;
}

/** The bytes of a text, `${TMP}` filled in. */
export function textBytes(text: Text, fill: (text: string) => string): Buffer {
  if (typeof text === 'string') return Buffer.from(fill(text));
  return Buffer.concat(
    text.map((part) => {
      if (typeof part === 'string') return Buffer.from(fill(part));
      if ('hex' in part) return Buffer.alloc((part.hex.length / 2) * (part.times ?? 1), part.hex, 'hex');
      return Buffer.from(fill(part.repeat).repeat(part.times));
    }),
  );
}

/** Whether a raw expectation has wildcards. */
export function hasWildcard(text: string): boolean {
  return wildcard.test(text);
}

/** A raw expectation with wildcards as an expression over the stream, bytes as latin1 characters. */
export function rawExpression(text: string): RegExp {
  const source = text.split(wildcard).map((piece) => wildcards[piece] ?? quote(Buffer.from(piece).toString('latin1')));
  return new RegExp(`^${source.join('')}`);
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
