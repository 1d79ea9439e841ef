import type { JsonObject, JsonValue } from '../json/value.js';
import { QmpError } from '../protocol/errors.js';

/** What an option list says, name by name. A name given twice keeps its last value, as in QEMU. */
export type Options = ReadonlyMap<string, string>;

/**
 * Reads QEMU's option list: `name=value,name=value`. Inside a value `,,` stands for a comma. A bare word is `on`, a bare
 * word with `no` before it is `off` (`server`, `nowait`), except the first one when an implied name is given
 * (`socket,id=m` with `backend`).
 */
export function parseOptionList(text: string, impliedName?: string): Options {
  const options = new Map<string, string>();
  let at = 0;
  let first = true;
  while (at < text.length) {
    const nameEnd = endOf(text, at, '=,');
    if (text[nameEnd] === '=') {
      const value = readValue(text, nameEnd + 1);
      options.set(text.slice(at, nameEnd), value.text);
      at = value.next;
    } else if (first && impliedName !== undefined) {
      const value = readValue(text, at);
      options.set(impliedName, value.text);
      at = value.next;
    } else {
      const word = text.slice(at, nameEnd);
      if (word.startsWith('no')) options.set(word.slice(2), 'off');
      else if (word !== '') options.set(word, 'on');
      at = nameEnd + 1;
    }
    first = false;
  }
  return options;
}

/** Writes a value so that {@link parseOptionList} reads it back. */
export function escapeOptionValue(value: string): string {
  return value.replaceAll(',', ',,');
}

/**
 * Flattens the JSON forms into the same names as the option list: `{"id": "m", "backend": "socket", "path": "/p"}` and
 * the arguments of the command `chardev-add`, `{"id": "m", "backend": {"type": "socket", "data": {"addr": …}}}`.
 */
export function flattenJsonOptions(value: JsonObject): Options {
  const options = new Map<string, string>();
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (name === 'backend' && isObject(member)) flattenUnion('backend', member, options);
    else flattenMember(name, member, options);
  }
  if (isObject(value.backend) && options.get('backend') === 'socket') socketDefaults(options);
  return options;
}

/** `chardev-add` listens, and waits for nobody, unless it is told otherwise; the option list says the opposite of both. */
function socketDefaults(options: Map<string, string>): void {
  if (!options.has('server')) options.set('server', 'on');
  if (options.get('server') === 'on' && !options.has('wait')) options.set('wait', 'off');
}

function flattenMember(name: string, member: JsonValue, options: Map<string, string>): void {
  if (name === 'addr' && isObject(member)) flattenUnion('addr', member, options);
  else if (typeof member === 'boolean') options.set(name, member ? 'on' : 'off');
  else if (typeof member === 'string') options.set(name, member);
  else if (typeof member === 'number' || typeof member === 'bigint') options.set(name, String(member));
  else throw new QmpError('QMP_OPTION_INVALID', `option '${name}' must be a string, a number or a boolean`);
}

function flattenUnion(kind: 'backend' | 'addr', union: JsonObject, options: Map<string, string>): void {
  const { type, data, ...flat } = union;
  if (typeof type !== 'string') throw new QmpError('QMP_OPTION_INVALID', `'${kind}' needs a member 'type'`);
  if (kind === 'backend') options.set('backend', type);
  const members = isObject(data) ? data : flat;
  for (const [name, member] of Object.entries(members)) {
    if (member === undefined) continue;
    if (kind === 'addr' && type === 'fd' && name === 'str') options.set('fd', String(member));
    else flattenMember(jsonNames.get(name) ?? name, member, options);
  }
}

/** Members of `chardev-add` that the option list calls otherwise. */
const jsonNames = new Map([
  ['out', 'path'],
  ['in', 'input-path'],
  ['device', 'path'],
]);

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function endOf(text: string, from: number, stops: string): number {
  let at = from;
  while (at < text.length && !stops.includes(text.charAt(at))) at++;
  return at;
}

function readValue(text: string, from: number): { readonly text: string; readonly next: number } {
  let value = '';
  let at = from;
  for (;;) {
    const comma = text.indexOf(',', at);
    if (comma === -1) return { text: value + text.slice(at), next: text.length };
    value += text.slice(at, comma);
    if (text[comma + 1] !== ',') return { text: value, next: comma + 1 };
    value += ',';
    at = comma + 2;
  }
}
