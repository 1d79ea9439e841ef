import { hashOrder } from './hash-order.js';
import { formatDouble } from './numbers.js';
import { isValidCodePoint } from './utf8.js';
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
  readonly pretty: boolean;
  readonly names: (object: JsonObject) => string[];
  readonly string: (text: string) => string;
  readonly double: (value: number) => string;
}

/**
 * Prints a value as QEMU prints it, without the line end: `", "` and `": "`, ASCII only, doubles with 17 digits. As in
 * QEMU, an infinite number becomes `inf`, which is not JSON.
 *
 * @throws {TypeError} when the value is not a JSON value.
 */
export function stringify(value: JsonValue, options: StringifyOptions = {}): string {
  const pretty = options.pretty ?? false;
  const names = options.order === 'qemu' ? (object: JsonObject) => hashOrder(presentNames(object)) : presentNames;
  const style: Style = {
    comma: pretty ? ',' : ', ',
    colon: ': ',
    pretty,
    names,
    string: quoteAscii,
    double: formatDouble,
  };
  return print(value, style, '\r\n');
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

const compact: Style = {
  comma: ',',
  colon: ':',
  pretty: false,
  names: presentNames,
  string: quoteUtf8,
  double: shortestDouble,
};

/** The shortest form that QEMU reads back as the same number. A big whole number is written with all of its digits. */
function shortestDouble(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON cannot hold the number ${value}`);
  if (Object.is(value, -0)) return '-0.0';
  const isInteger = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64;
  return isInteger ? String(BigInt(value)) : String(value);
}

function presentNames(object: JsonObject): string[] {
  return Object.keys(object).filter((name) => object[name] !== undefined);
}

/** @param line a line end and the indentation of the current level. */
function print(value: JsonValue, style: Style, line: string): string {
  switch (typeof value) {
    case 'string':
      return style.string(value);
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : style.double(value);
    case 'bigint':
      return printInteger(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : printObject(value, style, line);
    default:
      throw new TypeError(`JSON cannot hold a value that is ${typeof value}`);
  }
}

function printInteger(value: bigint): string {
  if (value < -(2n ** 63n) || value >= 2n ** 64n) throw new TypeError(`QEMU has no integer as big as ${value}`);
  return String(value);
}

function printObject(value: JsonDouble | readonly JsonValue[] | JsonObject, style: Style, line: string): string {
  if (isList(value))
    return brackets(
      '[',
      ']',
      value.map((element) => print(element, style, `${line}    `)),
      style,
      line,
    );
  if (JsonDouble.is(value)) return printDouble(value.value, style);
  const members = style.names(value).map((name) => {
    const member = value[name] as JsonValue;
    return `${style.string(name)}${style.colon}${print(member, style, `${line}    `)}`;
  });
  return brackets('{', '}', members, style, line);
}

function printDouble(value: number, style: Style): string {
  const text = style.double(value);
  return style === compact && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function brackets(open: string, close: string, parts: readonly string[], style: Style, line: string): string {
  if (!style.pretty) return open + parts.join(style.comma) + close;
  const inner = parts.map((part) => `${line}    ${part}`).join(style.comma);
  return `${open}${inner}${line}${close}`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Quotes as QEMU does: ASCII, capital digits in escapes, U+FFFD for what is not a valid character. */
function quoteAscii(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  const escaped = text.replace(/[^ !#-[\]-~]/gu, (character) => shortEscapes[character] ?? escapeUnicode(character));
  return `"${escaped}"`;
}

function escapeUnicode(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const valid = isValidCodePoint(codePoint) ? character : '\ufffd';
  let text = '';
  for (let index = 0; index < valid.length; index++) {
    text += `\\u${valid.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return text;
}

function quoteUtf8(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (!isValidCodePoint(codePoint)) {
      throw new TypeError(
        `QEMU refuses the character U+${codePoint.toString(16).toUpperCase().padStart(4, '0')} in a string`,
      );
    }
  }
  return JSON.stringify(text);
}
