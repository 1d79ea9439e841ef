import type { JsonError } from './error.js';
import { type JsonLimits, normalizeLimits } from './limits.js';
import { MessageMachine } from './machine.js';
import type { DoublesOption } from './numbers.js';
import type { JsonValue } from './value.js';

/** Where a {@link JsonReader} delivers, in the order of the stream. */
export interface JsonReaderHandlers {
  /** One whole message. */
  message(value: JsonValue): void;
  /** An error in the place of a message. The stream stays usable. */
  error(error: JsonError): void;
}

/** How a {@link JsonReader} reads. */
export interface JsonReaderOptions {
  /** What one message may cost. @default QEMU's limits */
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

/** Reads a stream of JSON messages in QEMU's dialect, in chunks that are cut anywhere. */
export class JsonReader {
  readonly #machine: MessageMachine;
  #rest: Uint8Array[] = [];
  #paused = false;
  #busy = false;

  /** @throws {RangeError} when an option does not exist or has a value it cannot have. */
  constructor(handlers: JsonReaderHandlers, options: JsonReaderOptions = {}) {
    for (const name of Object.keys(options)) {
      if (!optionNames.includes(name)) {
        throw new RangeError(`JsonReader has no option '${name}': use ${optionNames.join(', ')}`);
      }
    }
    this.#machine = new MessageMachine(handlers, normalizeLimits(options.limits), {
      doubles: options.doubles ?? 'plain',
      strict: options.strict ?? true,
    });
  }

  /** True after {@link pause} until {@link resume}. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Bytes that came and are not delivered yet: unread ones, and those of an unfinished message. */
  get pendingBytes(): number {
    return this.#rest.reduce((sum, chunk) => sum + chunk.length, this.#machine.heldBytes);
  }

  /** Takes the next bytes and delivers each message they complete, before it returns. The chunk is not kept. */
  push(chunk: Uint8Array): void {
    if (this.#busy || this.#paused) {
      this.#rest.push(chunk.slice());
      return;
    }
    this.#run(chunk);
    this.#runRest();
  }

  /** Stops after the current message. What is unread is kept. May be called from inside a handler. */
  pause(): void {
    this.#paused = true;
  }

  /** Goes on where {@link pause} stopped, and delivers at once, or when the handler we are in returns. */
  resume(): void {
    this.#paused = false;
    if (!this.#busy) this.#runRest();
  }

  /**
   * Says that the stream is over: what is unfinished is forgotten.
   *
   * @returns true when the stream ended in the middle of a message.
   */
  end(): boolean {
    const unfinished = !this.#machine.idle;
    this.#machine.reset();
    return unfinished;
  }

  /** Forgets everything, as for a new connection. */
  reset(): void {
    this.#machine.reset();
    this.#rest = [];
    this.#paused = false;
  }

  #runRest(): void {
    while (!this.#paused && this.#rest.length > 0) {
      const chunk = this.#rest.shift();
      if (chunk !== undefined) this.#run(chunk);
    }
  }

  #run(chunk: Uint8Array): void {
    let at = 0;
    this.#busy = true;
    try {
      while (at < chunk.length && !this.#paused) at = this.#machine.read(chunk, at, chunk.length);
    } finally {
      this.#busy = false;
      if (at < chunk.length) this.#rest.unshift(chunk.slice(at));
    }
  }
}
