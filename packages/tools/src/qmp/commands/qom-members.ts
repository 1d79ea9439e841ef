import type { JsonValue } from 'qmp/json';
import { UsageError } from '../../cli/failure.js';
import { asText, member } from '../../vm-info/read-json.js';

/** The name of a member in a `qom-list` reply. */
export function qomName(one: JsonValue): string {
  return asText(member(one, 'name')) ?? '?';
}

/** Its type, `child<e1000>` without the brackets around it. */
export function qomType(one: JsonValue): string {
  return (asText(member(one, 'type')) ?? '?').replace(/^child<(.*)>$/, '$1');
}

/** Tells children of an object from its other properties. */
export function isChild(one: JsonValue): boolean {
  return asText(member(one, 'type'))?.startsWith('child<') === true;
}

/** Reads `PATH.PROPERTY`, or the two as words of their own. A dot inside the path, as in `foo.0`, stays there. */
export function qomProperty(words: readonly string[]): { path: string; property: string; rest: readonly string[] } {
  const [first = '', second, ...others] = words;
  const dot = first.lastIndexOf('.');
  if (dot > first.lastIndexOf('/')) {
    return { path: first.slice(0, dot), property: first.slice(dot + 1), rest: words.slice(1) };
  }
  if (second === undefined) throw new UsageError(`'${first}' names no property`, 'write PATH.PROPERTY');
  return { path: first, property: second, rest: others };
}
