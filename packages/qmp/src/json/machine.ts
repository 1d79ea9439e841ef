import type { JsonError } from './error.js';
import { Lexer } from './lexer.js';
import type { JsonLimits } from './limits.js';
import { MessageParser, type ParserOptions } from './parser.js';
import type { TokenBytes, TokenKind } from './token.js';
import { decodeLossy } from './utf8.js';
import type { JsonValue } from './value.js';

/** What came out of the stream: one value, or one error in its place. */
export type Outcome = { readonly value: JsonValue } | { readonly error: JsonError };

const sizeLimit: JsonError = { kind: 'limit', message: 'JSON token size limit exceeded' };
const countLimit: JsonError = { kind: 'limit', message: 'JSON token count limit exceeded' };
const nestingLimit: JsonError = { kind: 'limit', message: 'JSON nesting depth limit exceeded' };

/**
 * Cuts a stream into messages exactly as QEMU does (json-streamer.c): lexer, counts of open brackets, limits, parser.
 * It takes whatever comes and stops after each message.
 */
export class MessageMachine {
  readonly #limits: JsonLimits;
  readonly #lexer: Lexer;
  readonly #parser: MessageParser;
  #braces = 0;
  #brackets = 0;
  #tokens = 0;
  #tokenBytes = 0;
  #outcome: Outcome | undefined;

  constructor(limits: JsonLimits, options: ParserOptions) {
    this.#limits = limits;
    this.#parser = new MessageParser(options);
    this.#lexer = new Lexer(
      {
        token: (kind, token) => this.#token(kind, token),
        stray: (token) => this.#stray(token),
        tooLong: () => this.#fail(sizeLimit),
      },
      limits.tokenBytes,
      !options.strict,
    );
  }

  /** True between two messages, when nothing is being skipped. */
  get idle(): boolean {
    return this.#tokens === 0 && this.#lexer.idle;
  }

  /** Bytes of the unfinished message that came so far, blanks not counted. */
  get heldBytes(): number {
    return this.#tokenBytes + this.#lexer.heldBytes;
  }

  /** Forgets the unfinished message. */
  reset(): void {
    this.#lexer.reset();
    this.#forget();
    this.#outcome = undefined;
  }

  /** Hands out what the last {@link read} ended with, if it ended with something. */
  take(): Outcome | undefined {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    return outcome;
  }

  /**
   * Reads bytes from `start` until a message or an error came out, or until `end`.
   *
   * @returns the first byte that was not read.
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    return this.#lexer.read(bytes, start, end);
  }

  #token(kind: TokenKind, token: TokenBytes): boolean {
    this.#count(kind);
    const length = token.end - token.start;
    if (this.#tokenBytes + length + 1 > this.#limits.tokenBytes) return this.#fail(sizeLimit);
    if (this.#tokens + 1 > this.#limits.tokens) return this.#fail(countLimit);
    if (this.#braces + this.#brackets > this.#limits.nesting) return this.#fail(nestingLimit);
    this.#tokens++;
    this.#tokenBytes += length;
    this.#parser.accept(kind, token);
    const open = this.#braces > 0 || this.#brackets > 0;
    if (open && this.#braces >= 0 && this.#brackets >= 0) return true;
    return this.#finish();
  }

  #count(kind: TokenKind): void {
    if (kind === '{') this.#braces++;
    else if (kind === '}') this.#braces--;
    else if (kind === '[') this.#brackets++;
    else if (kind === ']') this.#brackets--;
  }

  #finish(): boolean {
    const complaint = this.#parser.complaint;
    if (complaint !== undefined) return this.#fail({ kind: 'syntax', message: `JSON parse error, ${complaint}` });
    const value = this.#parser.take();
    this.#forget();
    this.#outcome = { value };
    return false;
  }

  #stray(token: TokenBytes): boolean {
    const nul = token.bytes.subarray(token.start, token.end).indexOf(0);
    const end = nul < 0 ? token.end : token.start + nul;
    const text = decodeLossy(token.bytes, token.start, end);
    return this.#fail({ kind: 'stray', message: `JSON parse error, stray '${text}'` });
  }

  #fail(error: JsonError): boolean {
    this.#forget();
    this.#outcome = { error };
    return false;
  }

  #forget(): void {
    this.#parser.reset();
    this.#braces = 0;
    this.#brackets = 0;
    this.#tokens = 0;
    this.#tokenBytes = 0;
  }
}
