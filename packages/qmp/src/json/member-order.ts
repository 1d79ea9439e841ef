import type { JsonObject } from './value.js';

/**
 * Orders that a JavaScript object cannot keep: a name that is a whole number, such as "7", comes first in it, whenever it
 * was stored.
 */
const stored = new WeakMap<JsonObject, readonly string[]>();

/** Tells a name that an object does not keep in its place. */
export function isIndex(name: string): boolean {
  return startsWithDigit(name) && /^(?:0|[1-9]\d{0,9})$/.test(name);
}

/** A cheap sign of what {@link isIndex} tells for certain. */
export function startsWithDigit(name: string): boolean {
  const code = name.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}

/** Remembers the order in which the members of an object were stored. */
export function keepOrder(object: JsonObject, names: readonly string[]): void {
  stored.set(object, names);
}

/** The names of an object's members in the order in which they were stored, as far as that is known. */
export function memberNames(object: JsonObject): readonly string[] {
  const names = Object.keys(object);
  // Such names come first: without one at the beginning there is none.
  if (names[0] === undefined || !startsWithDigit(names[0])) return names;
  const kept = stored.get(object);
  return kept !== undefined && kept.length === names.length ? kept : names;
}
