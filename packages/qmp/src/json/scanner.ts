import type { DoublesOption } from './numbers.js';

/** What {@link MessageScanner.scan} returns instead of an end. */
export const needsMore = -1;
/** The message holds something that only the exact machine can judge. */
export const isUnusual = -2;

/* What a byte means. Inside a string only `plain`, `quote`, `backslash`, `high` and `unusual` occur. */
const plain = 0;
const quote = 1;
const open = 2;
const close = 3;
const colon = 4;
const comma = 5;
const exponent = 6;
const backslash = 7;
const high = 8;
const unusual = 9;

type Place = 'outside' | 'string' | 'escape' | 'unicode escape';

const letterE = 0x65;
const letterU = 0x75;

/**
 * Finds the end of one plain message: an object in ordinary JSON that QEMU reads as JSON.parse does, duplicate names and
 * integers beyond 2^53 aside. It goes over each byte once, however the stream is cut.
 */
export class MessageScanner {
  readonly #outside: Uint8Array;
  readonly #nesting: number;
  #place: Place = 'outside';
  #depth = 0;
  #last = 0;
  /** Names in the message: colons outside strings. */
  names = 0;
  /** Structural characters in the message. */
  structure = 0;
  /** True when the message is not all ASCII. */
  mixed = false;

  constructor(doubles: DoublesOption, nesting: number) {
    this.#outside = doubles === 'keep' ? outsideKeepingDoubles : outsidePlain;
    this.#nesting = nesting;
  }

  /** Gets ready for the next message. */
  reset(): void {
    this.#place = 'outside';
    this.#depth = 0;
    this.#last = 0;
    this.names = 0;
    this.structure = 0;
    this.mixed = false;
  }

  /** Goes over the bytes from `start` to `end`. @returns the end of the message, {@link needsMore} or {@link isUnusual}. */
  scan(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      at = this.#place === 'outside' ? this.#scanOutside(bytes, at, end) : this.#scanString(bytes, at, end);
      if (at < 0) return at;
      if (this.#depth === 0) return at;
    }
    return needsMore;
  }

  /** Goes on until a string begins, the message ends or the bytes end. */
  #scanOutside(bytes: Uint8Array, start: number, end: number): number {
    const classes = this.#outside;
    let at = start;
    while (at < end) {
      const byte = bytes[at++] as number;
      const kind = classes[byte] as number;
      if (kind === plain) continue;
      if (kind === quote) {
        this.#place = 'string';
        return at;
      }
      if (kind === exponent) {
        if (isDigit(at - 2 < start ? this.#last : (bytes[at - 2] as number))) return isUnusual;
        continue;
      }
      if (kind === unusual) return isUnusual;
      this.structure++;
      if (kind === colon) this.names++;
      else if (kind === open && ++this.#depth > this.#nesting) return isUnusual;
      else if (kind === close && --this.#depth === 0) return at;
    }
    this.#last = bytes[end - 1] as number;
    return at;
  }

  /** Goes on until the string ends, an escape begins or the bytes end. */
  #scanString(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.#place !== 'string' && !this.#passEscape(bytes[at++] as number)) return isUnusual;
    if (this.#place !== 'string') return at;
    while (at < end) {
      const byte = bytes[at++] as number;
      const kind = inString[byte] as number;
      if (kind === plain) continue;
      if (kind === unusual) return isUnusual;
      if (kind === high) {
        this.mixed = true;
        continue;
      }
      this.#place = kind === quote ? 'outside' : 'escape';
      this.#last = byte;
      return at;
    }
    return at;
  }

  /** Takes one byte of an escape. Surrogates begin with the digit D and noncharacters with F: those are unusual. */
  #passEscape(byte: number): boolean {
    const first = this.#place === 'escape';
    this.#place = first && byte === letterU ? 'unicode escape' : 'string';
    const letter = byte | 0x20;
    return byte < 0x80 && (first || (letter !== 0x64 && letter !== 0x66));
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

const inString = makeTable((byte) => {
  if (byte === 0x22) return quote;
  if (byte === 0x5c) return backslash;
  if (byte < 0x20 || byte >= 0xfe) return unusual;
  return byte < 0x80 ? plain : high;
});

const outsidePlain = makeTable((byte) => classifyOutside(byte, '-.'));
const outsideKeepingDoubles = makeTable((byte) => classifyOutside(byte, ''));

/** @param more further characters that are plain. */
function classifyOutside(byte: number, more: string): number {
  const structural = '"{}:,'.indexOf(String.fromCharCode(byte));
  if (structural >= 0) return [quote, open, close, colon, comma][structural] ?? unusual;
  if (byte === 0x5b) return open;
  if (byte === 0x5d) return close;
  if (byte === letterE) return exponent;
  const isPlain = /[\t\n\r 0-9a-z]/.test(String.fromCharCode(byte)) || more.includes(String.fromCharCode(byte));
  return isPlain && byte < 0x80 ? plain : unusual;
}

function makeTable(classify: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => classify(byte));
}
