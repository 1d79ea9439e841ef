/** What {@link MessageScanner.scan} returns instead of an end. */
export const needsMore = -1;
/** The message holds something that only the exact machine can judge. */
export const isUnusual = -2;

/* What a byte means. Inside a string only `plain`, `quote`, `backslash`, `high` and `unusual` occur. */
const plain = 0;
const quote = 1;
const openBrace = 2;
const closeBrace = 3;
const openBracket = 4;
const closeBracket = 5;
const colon = 6;
const comma = 7;
const zero = 8;
const exponent = 9;
const backslash = 10;
const high = 11;
const unusual = 12;

type Place = 'outside' | 'zero' | 'string' | 'escape' | 'unicode escape';

const letterU = 0x75;

/**
 * Finds the end of one plain message: an object in ordinary JSON that QEMU reads as JSON.parse does, duplicate names and
 * integers beyond 2^53 aside. It goes over each byte once, however the stream is cut. Whatever QEMU would complain
 * about before the end of the message is unusual, so that no complaint comes late.
 */
export class MessageScanner {
  readonly #nesting: number;
  #place: Place = 'outside';
  #braces = 0;
  #brackets = 0;
  /** The last byte of the chunk before. */
  #last = 0;
  /** Names in the message: colons outside strings. */
  names = 0;
  /** Bytes outside strings, opening quotes counted: there are at most as many tokens. */
  tokensAtMost = 0;
  /** True when the message is not all ASCII. */
  mixed = false;

  constructor(nesting: number) {
    this.#nesting = nesting;
  }

  /** Gets ready for the next message. */
  reset(): void {
    this.#place = 'outside';
    this.#braces = 0;
    this.#brackets = 0;
    this.#last = 0;
    this.names = 0;
    this.tokensAtMost = 0;
    this.mixed = false;
  }

  /** Goes over the bytes from `start` to `end`. @returns the end of the message, {@link needsMore} or {@link isUnusual}. */
  scan(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      if (this.#place === 'zero') {
        if (isDigit(bytes[at] as number)) return isUnusual;
        this.#place = 'outside';
      }
      const outsideString = this.#place === 'outside';
      const next = outsideString ? this.#scanOutside(bytes, at, end) : this.#scanString(bytes, at, end);
      if (outsideString) this.tokensAtMost += next - at;
      if (next < 0 || (this.#braces === 0 && this.#brackets === 0)) return next;
      at = next;
    }
    return needsMore;
  }

  /** Goes on until a string or the number zero begins, the message ends or the bytes end. */
  #scanOutside(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const kind = outside[bytes[at++] as number] as number;
      if (kind === plain) continue;
      if (kind === quote) {
        const close = passPlainString(bytes, at, end);
        if (close < 0) {
          this.#place = 'string';
          return at;
        }
        this.tokensAtMost -= close - at;
        at = close;
        continue;
      }
      if (kind < zero) {
        if (!this.#count(kind)) return isUnusual;
        if (this.#braces === 0 && this.#brackets === 0) return at;
        continue;
      }
      const afterDigit = isDigit(at - 2 < start ? this.#last : (bytes[at - 2] as number));
      if (kind === unusual || (kind === exponent && afterDigit)) return isUnusual;
      if (kind === zero && !afterDigit) {
        this.#place = 'zero';
        this.#last = 0x30;
        return at;
      }
    }
    this.#last = bytes[end - 1] as number;
    return at;
  }

  /** Counts a structural character. @returns false when QEMU would end the message here with a complaint. */
  #count(kind: number): boolean {
    if (kind === colon) this.names++;
    else if (kind === openBrace) this.#braces++;
    else if (kind === openBracket) this.#brackets++;
    else if (kind === closeBrace) this.#braces--;
    else if (kind === closeBracket) this.#brackets--;
    return this.#braces >= 0 && this.#brackets >= 0 && this.#braces + this.#brackets <= this.#nesting;
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
    if (this.#place === 'unicode escape') {
      this.#place = 'string';
      const letter = byte | 0x20;
      return isDigit(byte) || letter === 0x61 || letter === 0x62 || letter === 0x63 || letter === 0x65;
    }
    this.#place = byte === letterU ? 'unicode escape' : 'string';
    return byte >= 0x20 && byte < 0x80;
  }
}

/** Passes the rest of a string that has neither escapes nor other scripts. @returns its end, or -1 if it is not so. */
function passPlainString(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && inString[bytes[at] as number] === plain) at++;
  return at < end && bytes[at] === 0x22 ? at + 1 : -1;
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

const marks = new Map([
  ['"', quote],
  ['{', openBrace],
  ['}', closeBrace],
  ['[', openBracket],
  [']', closeBracket],
  [':', colon],
  [',', comma],
  ['0', zero],
  ['e', exponent],
]);

const outside = makeTable((byte) => {
  const character = String.fromCharCode(byte);
  return marks.get(character) ?? (/[\t\n\r 1-9a-z]/.test(character) ? plain : unusual);
});

function makeTable(classify: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => classify(byte));
}
