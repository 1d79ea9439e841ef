/** Checks that make the result of JSON.parse trustworthy, each much cheaper than parsing. */

import { startsWithDigit } from './member-order.js';

/** The longest run of digits that cannot be an integer beyond 2^53. */
const safeDigits = 15;

/**
 * Tells whether a long run of digits is there, other than after a decimal point: possibly an integer that a number
 * cannot hold. A run of 16 covers each sixteenth byte once, so only those are looked at.
 */
export function hasLongInteger(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + safeDigits; at < end; at += safeDigits + 1) {
    if (!isDigit(bytes[at] as number)) continue;
    let first = at;
    while (first > start && isDigit(bytes[first - 1] as number)) first--;
    let last = at + 1;
    while (last < end && isDigit(bytes[last] as number)) last++;
    if (last - first > safeDigits && bytes[first - 1] !== 0x2e) return true;
    at = Math.max(at, last - safeDigits - 1);
  }
  return false;
}

/** What {@link inspect} returns for a value that is not as plain as it looks. */
export const notPlain = -1;

/**
 * Walks through an object or array that JSON.parse made and counts the members of all objects. Fewer than names in the
 * text means that some were duplicates.
 *
 * @returns the count, or {@link notPlain} when more than `depth` brackets are open at once, an integer is beyond 2^53 or an
 * object has not kept the order of its members.
 */
export function inspect(value: object, depth: number): number {
  if (depth === 0) return notPlain;
  let count = 0;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const element: unknown = value[index];
      if (typeof element === 'string') continue;
      const found = inspectOne(element, depth);
      if (found < 0) return notPlain;
      count += found;
    }
    return count;
  }
  const object = value as Readonly<Record<string, unknown>>;
  for (const name in object) {
    // Names like "7" come first, and have lost their place.
    if (count === 0 && startsWithDigit(name)) return notPlain;
    count++;
    const member = object[name];
    if (typeof member === 'string') continue;
    const found = inspectOne(member, depth);
    if (found < 0) return notPlain;
    count += found;
  }
  return count;
}

function inspectOne(value: unknown, depth: number): number {
  if (typeof value === 'object') return value === null ? 0 : inspect(value, depth - 1);
  if (typeof value === 'number' && (value > largest || value < -largest) && Number.isInteger(value)) return notPlain;
  return 0;
}

const largest = Number.MAX_SAFE_INTEGER;

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

const backslash = 0x5c;
const quote = 0x22;
const colon = 0x3a;

/**
 * Tells whether a member's name is written with an escape. `JSON.parse` of Node 24 (V8 13.6) can give such a member the name
 * that stood in its place in an object it read before: after `{"/": 1, "\\": 2}` it reads `{"/": 1, "\u00e9": 2}` wrongly.
 */
export function hasEscapedName(text: string): boolean {
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at)) {
    for (let code = backslash; code !== quote; code = text.charCodeAt(at)) {
      at += code === backslash ? 2 : 1;
      if (at >= text.length) return false;
    }
    do at++;
    while (text.charCodeAt(at) <= 0x20);
    if (text.charCodeAt(at) === colon) return true;
  }
  return false;
}
