import type { TokenBytes, TokenKind } from './token.js';

/** What a {@link Lexer} tells. Each call happens right after the byte that caused it. Return false to make it stop. */
export interface LexerHandlers {
  /** A token ended. */
  token(kind: TokenKind, token: TokenBytes): boolean;
  /** A byte that fits nowhere. `token` is what came before it in the same token, and that byte. */
  stray(token: TokenBytes): boolean;
  /** A token grew beyond the limit before it ended. It is dropped. */
  tooLong(): boolean;
}

/** Where the lexer stands inside a number. */
type NumberState =
  | 'minus'
  | 'zero'
  | 'digits'
  | 'point'
  | 'fraction'
  | 'exponent'
  | 'exponent sign'
  | 'exponent digits';
type State = 'start' | 'recovery' | 'string' | 'escape' | 'keyword' | NumberState;

const backslash = 0x5c;
const structural: readonly (TokenKind | undefined)[] = byteTable(['{', '}', '[', ']', ',', ':']);
const none = new Uint8Array(0);
/** A buffer for split tokens that is bigger than this is given back when its token is done. */
const keptCapacity = 1024;

/** QEMU's lexer (json-lexer.c) as a push machine: takes any cut of the stream and keeps only the token it is in. */
export class Lexer {
  readonly #handlers: LexerHandlers;
  readonly #longest: number;
  readonly #lenient: boolean;
  #state: State = 'start';
  /** The quote that ends the string we are in. */
  #quote = 0;
  /** The part of the current token that came with earlier chunks. */
  #held = none;
  #heldLength = 0;
  /** Where the current token, or the rest of it, begins in this chunk. */
  #tokenStart = 0;
  #at = 0;

  /**
   * @param longest bytes of the longest token.
   * @param lenient takes an exponent after a lone zero, as JSON itself does.
   */
  constructor(handlers: LexerHandlers, longest: number, lenient: boolean) {
    this.#handlers = handlers;
    this.#longest = longest;
    this.#lenient = lenient;
  }

  /** True between two tokens, when nothing is being skipped. */
  get idle(): boolean {
    return this.#state === 'start';
  }

  /** Bytes held of a token that has not ended. */
  get heldBytes(): number {
    return this.#heldLength;
  }

  /** Forgets the token we are in. */
  reset(): void {
    this.#state = 'start';
    this.#drop();
  }

  /**
   * Reads bytes from `start` until `end`, or until a handler stops it.
   *
   * @returns where it stopped: the first byte that was not read.
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.#at = start;
    this.#tokenStart = start;
    let goOn = true;
    while (goOn && this.#at < end) goOn = this.#step(bytes, end);
    if (this.#state !== 'start' && this.#state !== 'recovery') this.#hold(bytes, this.#at);
    return this.#at;
  }

  #step(bytes: Uint8Array, end: number): boolean {
    switch (this.#state) {
      case 'start':
        return this.#readStart(bytes, bytes[this.#at] as number);
      case 'recovery':
        return this.#skipGarbage(bytes, end);
      case 'string':
        return this.#readString(bytes, end);
      case 'escape':
        if (!isStringByte(bytes[this.#at] as number)) return this.#stray(bytes);
        this.#state = 'string';
        this.#at++;
        return this.#checkLength();
      case 'keyword':
        return this.#readKeyword(bytes, end);
      default:
        return this.#readNumber(bytes, this.#state, end);
    }
  }

  #readStart(bytes: Uint8Array, byte: number): boolean {
    this.#tokenStart = this.#at;
    const kind = structural[byte];
    if (kind !== undefined) {
      this.#at++;
      return this.#token(kind, bytes);
    }
    const state = firstState(byte);
    if (state === undefined) return this.#stray(bytes);
    if (state === 'string') this.#quote = byte;
    this.#state = state;
    this.#at++;
    return true;
  }

  #readString(bytes: Uint8Array, end: number): boolean {
    const quote = this.#quote;
    const last = Math.min(end, this.#farthest());
    let at = this.#at;
    while (at < last) {
      const byte = bytes[at] as number;
      if (byte === quote || byte === backslash || !isStringByte(byte)) break;
      at++;
    }
    this.#at = at;
    if (at === last) return this.#checkLength();
    const byte = bytes[at] as number;
    if (byte !== quote && byte !== backslash) return this.#stray(bytes);
    this.#at++;
    if (byte === quote) return this.#token('string', bytes);
    this.#state = 'escape';
    return this.#checkLength();
  }

  #readKeyword(bytes: Uint8Array, end: number): boolean {
    const last = Math.min(end, this.#farthest());
    while (this.#at < last) {
      if (!isLetter(bytes[this.#at] as number)) return this.#token('keyword', bytes);
      this.#at++;
    }
    return this.#checkLength();
  }

  #readNumber(bytes: Uint8Array, first: NumberState, end: number): boolean {
    const last = Math.min(end, this.#farthest());
    let state = first;
    while (this.#at < last) {
      const next = nextNumberState(state, bytes[this.#at] as number, this.#lenient);
      if (next === 'end') return this.#token(isIntegerState(state) ? 'integer' : 'double', bytes);
      if (next === 'stray') return this.#stray(bytes);
      state = next;
      this.#at++;
    }
    this.#state = state;
    return this.#checkLength();
  }

  #skipGarbage(bytes: Uint8Array, end: number): boolean {
    while (this.#at < end && !endsRecovery(bytes[this.#at] as number)) this.#at++;
    if (this.#at < end) this.#state = 'start';
    return true;
  }

  /** Where a token reaches one byte more than the limit. */
  #farthest(): number {
    return this.#tokenStart + this.#longest + 1 - this.#heldLength;
  }

  #checkLength(): boolean {
    if (this.#at < this.#farthest()) return true;
    this.reset();
    return this.#handlers.tooLong();
  }

  #token(kind: TokenKind, bytes: Uint8Array): boolean {
    this.#state = 'start';
    const token = this.#collect(bytes);
    const goOn = this.#handlers.token(kind, token);
    this.#drop();
    return goOn;
  }

  /** The byte at hand fits nowhere: it is consumed, and the rest skipped until something starts afresh. */
  #stray(bytes: Uint8Array): boolean {
    this.#at++;
    this.#state = 'recovery';
    const token = this.#collect(bytes);
    const goOn = this.#handlers.stray(token);
    this.#drop();
    return goOn;
  }

  /** The current token up to here as one run of bytes. */
  #collect(bytes: Uint8Array): TokenBytes {
    if (this.#heldLength === 0) return { bytes, start: this.#tokenStart, end: this.#at };
    this.#hold(bytes, this.#at);
    return { bytes: this.#held, start: 0, end: this.#heldLength };
  }

  /** Keeps what this chunk has of the current token. */
  #hold(bytes: Uint8Array, end: number): void {
    const length = this.#heldLength + end - this.#tokenStart;
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.max(64, 2 * length));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(this.#tokenStart, end), this.#heldLength);
    this.#heldLength = length;
  }

  #drop(): void {
    this.#heldLength = 0;
    if (this.#held.length > keptCapacity) this.#held = none;
  }
}

function byteTable(kinds: readonly TokenKind[]): (TokenKind | undefined)[] {
  const table = new Array<TokenKind | undefined>(256).fill(undefined);
  for (const kind of kinds) table[kind.charCodeAt(0)] = kind;
  return table;
}

function firstState(byte: number): State | undefined {
  if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) return 'start';
  if (byte === 0x22 || byte === 0x27) return 'string';
  if (isLetter(byte)) return 'keyword';
  if (byte === 0x2d) return 'minus';
  if (byte === 0x30) return 'zero';
  return isDigit(byte) ? 'digits' : undefined;
}

function nextNumberState(state: NumberState, byte: number, lenient: boolean): NumberState | 'end' | 'stray' {
  switch (state) {
    case 'minus':
      if (byte === 0x30) return 'zero';
      return isDigit(byte) ? 'digits' : 'stray';
    case 'zero':
      if (byte === 0x2e) return 'point';
      if (isDigit(byte)) return 'stray';
      return lenient && isExponent(byte) ? 'exponent' : 'end';
    case 'digits':
      if (isDigit(byte)) return 'digits';
      if (byte === 0x2e) return 'point';
      return isExponent(byte) ? 'exponent' : 'end';
    case 'point':
      return isDigit(byte) ? 'fraction' : 'stray';
    case 'fraction':
      if (isDigit(byte)) return 'fraction';
      return isExponent(byte) ? 'exponent' : 'end';
    case 'exponent':
      if (byte === 0x2b || byte === 0x2d) return 'exponent sign';
      return isDigit(byte) ? 'exponent digits' : 'stray';
    case 'exponent sign':
      return isDigit(byte) ? 'exponent digits' : 'stray';
    case 'exponent digits':
      return isDigit(byte) ? 'exponent digits' : 'end';
  }
}

function isIntegerState(state: NumberState): boolean {
  return state === 'zero' || state === 'digits';
}

function isStringByte(byte: number): boolean {
  return byte >= 0x20 && byte <= 0xfd;
}

function isLetter(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isExponent(byte: number): boolean {
  return byte === 0x65 || byte === 0x45;
}

/** Control characters but tab, structural characters, and the two bytes that UTF-8 never has. */
function endsRecovery(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x09) || structural[byte] !== undefined || byte >= 0xfe;
}
