import { hashOrder } from './hash-order.js';
import { memberNames } from './member-order.js';
import { formatDouble } from './numbers.js';
import { quoteAscii, quoteUtf8 } from './quote.js';
import { JsonDouble, type JsonObject, type JsonValue } from './value.js';

/** How {@link stringify} prints. */
export interface StringifyOptions {
  /** One member or element on each line, indented by four blanks, as a monitor with `pretty=on` prints. @default false */
  readonly pretty?: boolean;
  /** The order of the members of all objects: as they are, or as QEMU's dictionaries have them. @default "given" */
  readonly order?: 'given' | 'qemu';
}

/** What differs between the forms of output. */
interface Style {
  readonly comma: string;
  readonly colon: string;
  /** What each deeper level adds to the line end. Empty for output on one line. */
  readonly indent: string;
  readonly names: (object: JsonObject) => readonly string[];
  readonly quote: (text: string) => string;
  readonly double: (value: number) => string;
  /** Marks a {@link JsonDouble} as a double. */
  readonly mark: (text: string) => string;
}

const asQemu: Style = {
  comma: ', ',
  colon: ': ',
  indent: '',
  names: memberNames,
  quote: quoteAscii,
  double: formatDouble,
  mark: (text) => text,
};
const hashed = (object: JsonObject) => hashOrder(memberNames(object));
const asQemuHashed: Style = { ...asQemu, names: hashed };
const pretty: Style = { ...asQemu, comma: ',', indent: '    ' };
const prettyHashed: Style = { ...pretty, names: hashed };
const compact: Style = {
  comma: ',',
  colon: ':',
  indent: '',
  names: memberNames,
  quote: quoteUtf8,
  double: shortestDouble,
  mark: (text) => (/^-?\d+$/.test(text) ? `${text}.0` : text),
};

/**
 * Prints a value as QEMU prints it, without the line end: `", "` and `": "`, ASCII only, doubles with 17 digits. As in
 * QEMU, an infinite number becomes `inf`, which is not JSON.
 *
 * @throws {TypeError} when the value is not a JSON value.
 */
export function stringify(value: JsonValue, options?: StringifyOptions): string {
  if (options === undefined) return print(value, asQemu, '');
  const qemuOrder = options.order === 'qemu';
  if (options.pretty === true) return print(value, qemuOrder ? prettyHashed : pretty, '\r\n');
  return print(value, qemuOrder ? asQemuHashed : asQemu, '');
}

/**
 * Prints a value in the shortest form that QEMU reads back as the same value: no blanks, UTF-8 rather than escapes.
 *
 * @throws {TypeError} when the value is not a JSON value, or holds what QEMU refuses to read: an infinite number, an
 * integer beyond 64 bits, a surrogate without partner, a noncharacter such as U+FFFF.
 */
export function encodeCompact(value: JsonValue): string {
  return print(value, compact, '');
}

/** @param line the line end and indentation of the level that the value is on. */
function print(value: JsonValue, style: Style, line: string): string {
  switch (typeof value) {
    case 'string':
      return style.quote(value);
    case 'number':
      return Number.isSafeInteger(value) && (value !== 0 || 1 / value > 0) ? `${value}` : style.double(value);
    case 'bigint':
      return printInteger(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return isList(value) ? printList(value, style, line) : printObject(value, style, line);
    default:
      throw new TypeError(`JSON cannot hold a value that is ${typeof value}`);
  }
}

function printInteger(value: bigint): string {
  if (value < -(2n ** 63n) || value >= 2n ** 64n) throw new TypeError(`QEMU has no integer as big as ${value}`);
  return String(value);
}

function printList(list: readonly JsonValue[], style: Style, line: string): string {
  const inner = line + style.indent;
  let text = '[';
  for (let index = 0; index < list.length; index++) {
    if (index > 0) text += style.comma;
    text += inner + print(list[index] as JsonValue, style, inner);
  }
  return `${text}${line}]`;
}

function printObject(object: JsonDouble | JsonObject, style: Style, line: string): string {
  if (JsonDouble.is(object)) return style.mark(style.double(object.value));
  const inner = line + style.indent;
  let text = '';
  for (const name of style.names(object)) {
    const value = object[name];
    if (value === undefined) continue;
    const before = text === '' ? '{' : style.comma;
    text += before + inner + style.quote(name) + style.colon + print(value, style, inner);
  }
  return text === '' ? `{${line}}` : `${text}${line}}`;
}

function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The shortest form that QEMU reads back as the same number. A big whole number is written with all of its digits. */
function shortestDouble(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON cannot hold the number ${value}`);
  if (Object.is(value, -0)) return '-0.0';
  const isInteger = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64;
  return isInteger ? String(BigInt(value)) : String(value);
}
