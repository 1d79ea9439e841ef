import type { JsonValue } from '../json/index.js';

/** One in-band message: what was parsed, or the text of why it could not be. */
export type Message =
  | { readonly value: JsonValue; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: string };

/** Whose messages a {@link Dispatcher} runs. */
export interface Source {
  /** Keeps a message until its turn comes; the source stops reading when it keeps enough. */
  enqueue(message: Message): void;
  /** Gives the oldest kept message; the source may start to read again. */
  dequeue(): Message | undefined;
  /** Messages kept. */
  readonly queued: number;
  /** When a message was last taken from its monitor: the one that waited longest is next. */
  turn: number;
  /** A message of this source takes longer: the source stops reading unless out-of-band is enabled. */
  started(): void;
  /** The message that was taken last is answered; the source reads on. */
  finished(): void;
}

/** Answers one message. Returns a promise, which never rejects, when that takes longer than this turn. */
export type Execute<S> = (
  source: S,
  value: JsonValue | undefined,
  fault: string | undefined,
) => Promise<void> | undefined;

/**
 * Runs the in-band messages of all sessions of a monitor one at a time.
 *
 * A monitor whose message was taken goes to the end of the turn, so the messages of several monitors alternate. At first
 * the newest comes first (as in QEMU's `monitor/qmp.c`).
 */
export class Dispatcher<S extends Source> {
  readonly #execute: Execute<S>;
  readonly #waiting: S[] = [];
  #busy = false;
  #stopped = false;
  #turn = 0;

  constructor(execute: Execute<S>) {
    this.#execute = execute;
  }

  /** Takes a message: at once when nothing runs, otherwise in its turn. */
  submit(source: S, value: JsonValue | undefined, fault: string | undefined): void {
    if (this.#stopped) return;
    if (this.#busy) {
      source.enqueue(value === undefined ? { fault: fault ?? '' } : { value });
      if (!this.#waiting.includes(source)) this.#waiting.push(source);
      return;
    }
    this.#busy = true;
    source.turn = ++this.#turn;
    const pending = this.#execute(source, value, fault);
    if (pending !== undefined) this.#wait(source, pending);
    else {
      this.#busy = false;
      if (this.#waiting.length > 0) this.#drain();
    }
  }

  /** Forgets that a source has messages waiting. */
  forget(source: S): void {
    const at = this.#waiting.indexOf(source);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** Takes nothing any more. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
  }

  #wait(source: S, pending: Promise<void>): void {
    source.started();
    void pending.then(() => {
      this.#busy = false;
      this.#drain();
      source.finished();
    });
  }

  /** The source among those that wait from which nothing was taken for the longest time. */
  #next(): S | undefined {
    return this.#waiting.reduce<S | undefined>(
      (best, source) => (best === undefined || source.turn < best.turn ? source : best),
      undefined,
    );
  }

  /** Runs what waits. Busy throughout: what a source reads meanwhile joins the end of the turn. */
  #drain(): void {
    while (!this.#busy) {
      const source = this.#next();
      if (source === undefined) return;
      this.#busy = true;
      source.turn = ++this.#turn;
      const message = source.dequeue();
      if (source.queued === 0) this.forget(source);
      const pending = message && this.#execute(source, message.value, message.fault);
      if (pending !== undefined) {
        this.#wait(source, pending);
        return;
      }
      source.finished();
      this.#busy = false;
    }
  }
}
