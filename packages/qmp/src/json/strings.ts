import { type CodePointReader, decodeAscii, decodeLossy, isValidCodePoint, readCodePoint } from './utf8.js';

/** What became of a string token: a value, or the parser's complaint. */
export interface StringResult {
  value: string;
  error: string | undefined;
}

const quote = 0x22;
const apostrophe = 0x27;
const backslash = 0x5c;
const letterU = 0x75;

/** The characters that stand for themselves or for a control character after a backslash. */
const simpleEscapes = new Map<number, number>([
  [quote, quote],
  [apostrophe, apostrophe],
  [backslash, backslash],
  [0x2f, 0x2f],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);

/**
 * Unescapes a string token, quotes included in `start` … `end`.
 *
 * @param lenient takes surrogates and noncharacters, as JSON itself does.
 */
export function parseString(bytes: Uint8Array, start: number, end: number, lenient: boolean): StringResult {
  for (let at = start + 1; at < end - 1; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80 || byte === backslash) return decodeMixed(bytes, start, at, end, lenient);
  }
  return { value: decodeAscii(bytes, start + 1, end - 1), error: undefined };
}

function decodeMixed(bytes: Uint8Array, start: number, plainEnd: number, end: number, lenient: boolean): StringResult {
  const text = new TextCollector(decodeAscii(bytes, start + 1, plainEnd), end - plainEnd);
  const step: CodePointReader = { codePoint: 0, next: plainEnd };
  for (let at = plainEnd; at < end - 1; at = step.next) {
    if (bytes[at] !== backslash) {
      readCodePoint(bytes, at, end - 1, lenient, step);
      if (step.codePoint < 0) return { value: '', error: 'invalid UTF-8 sequence in string' };
    } else if (bytes[at + 1] === letterU) {
      readUnicodeEscape(bytes, at, end, lenient, step);
      if (step.codePoint < 0) return { value: '', error: invalidCharacter(bytes, at, Math.min(step.next, end)) };
    } else {
      step.codePoint = simpleEscapes.get(bytes[at + 1] as number) ?? -1;
      step.next = at + 2;
      if (step.codePoint < 0) return { value: '', error: 'invalid escape sequence in string' };
    }
    text.add(step.codePoint);
  }
  return { value: text.finish(), error: undefined };
}

/** Reads `\uXXXX`, or two of them that make a surrogate pair. On failure `next` is the end of what the message shows. */
function readUnicodeEscape(bytes: Uint8Array, at: number, end: number, lenient: boolean, into: CodePointReader): void {
  const first = readHex(bytes, at + 2, end);
  into.next = at + 6;
  into.codePoint = first;
  if (first >= 0xd800 && first <= 0xdbff && bytes[at + 6] === backslash && bytes[at + 7] === letterU) {
    const second = readHex(bytes, at + 8, end);
    if (second >= 0xdc00 && second <= 0xdfff) {
      into.next = at + 12;
      into.codePoint = 0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff);
    }
  }
  if (!lenient && !isValidCodePoint(into.codePoint)) into.codePoint = -1;
}

/** The value of four hexadecimal digits, or -1. */
function readHex(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let index = at; index < at + 4; index++) {
    const digit = index < end ? hexDigit(bytes[index] as number) : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

function invalidCharacter(bytes: Uint8Array, start: number, end: number): string {
  return `${decodeLossy(bytes, start, end)} is not a valid Unicode character`;
}

/** Most code units that are collected before they become a string. */
const longestRun = 2048;

/** Collects code points into a string without keeping one small piece for each. */
class TextCollector {
  #value: string;
  readonly #units: Uint16Array;
  #length = 0;

  /** @param most code units that can come. */
  constructor(beginning: string, most: number) {
    this.#value = beginning;
    this.#units = new Uint16Array(Math.min(most + 2, longestRun));
  }

  add(codePoint: number): void {
    if (this.#length > this.#units.length - 2) this.#flush();
    if (codePoint < 0x10000) {
      this.#units[this.#length++] = codePoint;
    } else {
      this.#units[this.#length++] = 0xd7c0 + (codePoint >> 10);
      this.#units[this.#length++] = 0xdc00 | (codePoint & 0x3ff);
    }
  }

  finish(): string {
    this.#flush();
    return this.#value;
  }

  #flush(): void {
    this.#value += String.fromCharCode(...this.#units.subarray(0, this.#length));
    this.#length = 0;
  }
}
