import type { JsonObject, JsonValue } from 'qmp/json';
import type { Literal } from './literal.js';

/**
 * What a typed value means when no schema says so: numbers, `true`, `false`, `null` (also as Python writes them) are
 * what they look like, every other bare word is a string.
 */
export function untyped(literal: Literal): JsonValue {
  switch (literal.kind) {
    case 'quoted':
      return literal.text;
    case 'list':
      return literal.items.map(untyped);
    case 'members':
      return untypedMembers(literal.members);
    case 'word':
      return untypedWord(literal.text);
  }
}

/** {@link untyped} for members; `a.0.b` style names `0`, `1` … make a list. */
export function untypedMembers(members: readonly { readonly name: string; readonly value: Literal }[]): JsonObject {
  // A null prototype would be stricter, but a member named __proto__ must reach the wire: define it.
  const object: Record<string, JsonValue> = {};
  for (const { name, value } of members) setMember(object, name, untyped(value));
  return object;
}

/** Sets a member under any name, `__proto__` included. */
export function setMember(object: Record<string, JsonValue>, name: string, value: JsonValue): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}

function untypedWord(text: string): JsonValue {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  if (text === 'null' || text === 'None') return null;
  return integerOf(text) ?? numberOf(text) ?? text;
}

/** An exact integer from decimal or hexadecimal digits, or undefined. */
export function integerOf(text: string): number | bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text);
  if (match === null) return undefined;
  const size = BigInt(match[2] ?? '0');
  const value = match[1] === '-' ? -size : size;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A number with a fraction or an exponent, or undefined. */
export function numberOf(text: string): number | undefined {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
