import type { JsonError } from './error.js';
import { defaultLimits, type JsonLimits, normalizeLimits, replyLimits } from './limits.js';
import { isPretty, LineGuess } from './line-guess.js';
import { MessageMachine } from './machine.js';
import type { DoublesOption } from './numbers.js';
import { hasEscapedName, hasLongInteger, inspect, notPlain } from './plain.js';
import { isUnusual, MessageScanner, needsMore } from './scanner.js';
import type { JsonObject, JsonValue } from './value.js';
import { Window } from './window.js';

/** Where a {@link JsonReader} delivers, in the order of the stream. */
export interface JsonReaderHandlers {
  /** One whole message. */
  message(value: JsonValue): void;
  /** An error in the place of a message. The stream stays usable. */
  error(error: JsonError): void;
}

/** How a {@link JsonReader} reads. */
export interface JsonReaderOptions {
  /** What one message may cost. @default QEMU's limits for its input; wider ones for a reader that is not strict */
  readonly limits?: Partial<JsonLimits>;
  /**
   * What becomes of `1.0` and `1e3`: plain numbers, or {@link JsonDouble}s that can be told from integers.
   *
   * @default "plain"
   */
  readonly doubles?: DoublesOption;
  /**
   * Refuses what QEMU refuses although JSON allows it: duplicate names, surrogates without partner, noncharacters such
   * as U+FFFF, and `0e1`. With false they are taken (of duplicate names the last counts), and reading is faster: right
   * for a client, whose peer prints what it prints.
   *
   * @default true
   */
  readonly strict?: boolean;
}

const optionNames = ['limits', 'doubles', 'strict'];

/** A message of at most this many bytes is looked for to the end at once, however its sender ends lines. */
const smallMessage = 4096;
/** Values with more brackets open at once are left to the exact way, which needs no stack for them. */
const deepestInspection = 2000;

/**
 * Reads a stream of JSON messages in QEMU's dialect, in chunks that are cut anywhere.
 *
 * There are two ways to read a message, with the same result. A plain one is found by a scan and given to JSON.parse;
 * everything else, and everything that turns out not to be plain, goes through {@link MessageMachine}.
 */
export class JsonReader {
  readonly #handlers: JsonReaderHandlers;
  readonly #limits: JsonLimits;
  readonly #strict: boolean;
  readonly #doubles: DoublesOption;
  /** Made for the first message that is not plain: most streams have none. */
  #machine: MessageMachine | undefined;
  readonly #scanner: MessageScanner;
  readonly #guess: LineGuess;
  readonly #window = new Window();
  /** The longest line that may be read at sight, 0 for none: a limit that only a longer message can break needs no count. */
  readonly #atSight: number;
  /** Bytes of the current message that the scanner went over. */
  #scanned = 0;
  #paused = false;
  #busy = false;

  /** @throws {RangeError} when an option does not exist or has a value it cannot have. */
  constructor(handlers: JsonReaderHandlers, options: JsonReaderOptions = {}) {
    checkOptions(options);
    const { doubles = 'plain', strict = true } = options;
    this.#handlers = handlers;
    this.#limits = normalizeLimits(options.limits, strict ? defaultLimits : replyLimits);
    this.#strict = strict;
    this.#doubles = doubles;
    this.#scanner = new MessageScanner(this.#limits.nesting);
    const lenient = !strict && doubles === 'plain';
    this.#guess = new LineGuess(lenient);
    const { nesting, tokens, tokenBytes } = this.#limits;
    this.#atSight = lenient ? Math.min(smallMessage, 2 * nesting, tokens, tokenBytes - 1) : 0;
  }

  /** True after {@link pause} until {@link resume}. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Bytes that came and are not delivered yet: unread ones, and those of an unfinished message. */
  get pendingBytes(): number {
    return this.#window.length + (this.#machine?.heldBytes ?? 0);
  }

  /** Takes the next bytes and delivers each message they complete, before it returns. The chunk is not kept. */
  push(chunk: Uint8Array): void {
    this.#window.add(chunk);
    this.#guess.retry();
    if (this.#busy || this.#paused) this.#window.keep();
    else this.#run();
  }

  /** Stops after the current message. What is unread is kept. May be called from inside a handler. */
  pause(): void {
    this.#paused = true;
  }

  /** Goes on where {@link pause} stopped, and delivers at once, or when the handler we are in returns. */
  resume(): void {
    this.#paused = false;
    if (!this.#busy) this.#run();
  }

  /**
   * Says that the stream is over: what is unfinished is forgotten.
   *
   * @returns true when the stream ended in the middle of a message.
   */
  end(): boolean {
    const unfinished = this.#machine?.idle === false || this.#window.length > 0;
    this.reset();
    return unfinished;
  }

  /** Forgets everything, as for a new connection. */
  reset(): void {
    this.#machine?.reset();
    this.#window.clear();
    this.#startMessage();
    this.#paused = false;
  }

  #run(): void {
    this.#busy = true;
    try {
      do this.#readLines();
      while (!this.#paused && this.#window.length > 0 && this.#advance());
    } finally {
      this.#busy = false;
      this.#window.keep();
    }
  }

  /**
   * Reads lines of one small message each, as a monitor prints most of them, in one go. The first that is not as plain as
   * that is left to {@link #advance}.
   */
  #readLines(): void {
    const window = this.#window;
    if (this.#atSight === 0 || this.#paused || !this.#guess.untouched || this.#machine?.idle === false) return;
    window.start = skipBlanks(window.bytes, window.start, window.end);
    if (isPretty(window)) return;
    const text = window.plainText();
    const base = window.start;
    for (let from = 0, end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      if (end - from > this.#atSight || text.charCodeAt(from) !== openingBrace) return;
      const value = tryParse(text.slice(from, end));
      if (value === undefined) return;
      from = end + 1;
      window.start = base + from;
      this.#handlers.message(value);
      // The handler may have paused or reset this reader.
      if (this.#paused || window.start !== base + from) return;
    }
  }

  /** Reads on until one message was delivered. @returns false when more bytes are needed first. */
  #advance(): boolean {
    const window = this.#window;
    if (this.#machine?.idle === false) return this.#readExactly();
    if (this.#scanned === 0) window.start = skipBlanks(window.bytes, window.start, window.end);
    if (window.length === 0) return false;
    if (window.bytes[window.start] !== openingBrace) return this.#readExactly();
    const end = this.#findEnd();
    if (end >= 0) return this.#readPlain(end);
    if (end === needsMore && window.length < this.#limits.tokenBytes) return false;
    return this.#readExactly();
  }

  #findEnd(): number {
    const { bytes, start, end } = this.#window;
    const length = end - start;
    const isLong = length > this.#limits.tokens;
    // Of a long message the tokens are counted as it comes, so there is nothing to guess any more.
    const guess = isLong && this.#scanned > 0 ? isUnusual : this.#guess.find(this.#window);
    if (guess >= 0) return guess;
    if (guess === needsMore && length > smallMessage && !isLong && !mayEndHere(bytes, end)) return needsMore;
    const found = this.#scanner.scan(bytes, start + this.#scanned, end);
    this.#scanned = length;
    return this.#scanner.tokensAtMost > this.#limits.tokens ? isUnusual : found;
  }

  /** Reads a message that ends at `end`, and delivers it if all that JSON.parse ignores is as QEMU wants it. */
  #readPlain(end: number): boolean {
    const value = this.#parsePlain(end);
    if (value === undefined) {
      this.#guess.wasWrong();
      return this.#readExactly();
    }
    this.#window.start = end;
    this.#startMessage();
    this.#handlers.message(value);
    return true;
  }

  #parsePlain(end: number): JsonValue | undefined {
    const length = end - this.#window.start;
    if (length >= this.#limits.tokenBytes) return undefined;
    if (length > this.#limits.tokens && this.#scanned < length && !this.#hasFewTokens(end)) return undefined;
    const text = this.#window.text(this.#window.start, end);
    if (text === undefined || (this.#scanner.mixed && this.#strict && hasNoncharacters(text))) return undefined;
    if (hasEscapedName(text)) return undefined;
    const value = tryParse(text);
    return value === undefined || !this.#isTrustworthy(value, end) ? undefined : value;
  }

  #isTrustworthy(value: object, end: number): boolean {
    const { bytes, start } = this.#window;
    const depth = Math.min(this.#limits.nesting, deepestInspection);
    if (this.#strict) return inspect(value, depth) === this.#scanner.names;
    const isSmall = end - start < 2 * depth;
    if (isSmall && !hasLongInteger(bytes, start, end)) return true;
    return inspect(value, depth) !== notPlain;
  }

  /** Scans a message whose end was guessed, for the sake of the limit on tokens. */
  #hasFewTokens(end: number): boolean {
    this.#scanner.reset();
    return (
      this.#scanner.scan(this.#window.bytes, this.#window.start, end) >= 0 &&
      this.#scanner.tokensAtMost <= this.#limits.tokens
    );
  }

  #readExactly(): boolean {
    const window = this.#window;
    this.#machine ??= new MessageMachine(this.#limits, { doubles: this.#doubles, strict: this.#strict });
    window.start = this.#machine.read(window.bytes, window.start, window.end);
    this.#startMessage();
    const outcome = this.#machine.take();
    if (outcome === undefined) return true;
    if ('error' in outcome) this.#handlers.error(outcome.error);
    else this.#handlers.message(outcome.value);
    return true;
  }

  #startMessage(): void {
    this.#scanned = 0;
    this.#scanner.reset();
    this.#guess.startMessage();
  }
}

const openingBrace = 0x7b;
const closingBrace = 0x7d;

function checkOptions(options: JsonReaderOptions): void {
  for (const name in options) {
    if (!optionNames.includes(name)) {
      throw new RangeError(`JsonReader has no option '${name}': use ${optionNames.join(', ')}`);
    }
  }
}

/** Tells whether the last byte that is not blank, if it is near, may be the end of a message. */
function mayEndHere(bytes: Uint8Array, end: number): boolean {
  let at = end - 1;
  while (at > end - 8 && isBlank(bytes[at] as number)) at--;
  return bytes[at] === closingBrace || at === end - 8;
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at] as number)) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Parses the text of an object. */
function tryParse(text: string): JsonObject | undefined {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
}

function hasNoncharacters(text: string): boolean {
  return /\p{Noncharacter_Code_Point}/u.test(text);
}
