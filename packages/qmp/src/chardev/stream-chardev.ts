import type { Readable, Writable } from 'node:stream';
import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { lostError } from './errors.js';
import { OneBufferSocket } from './one-buffer.js';

/** What a {@link StreamChardev} is made of. For a socket both streams are the same object. */
export interface StreamTransport {
  readonly label: string;
  /** Paused, and nothing read from it yet. */
  readonly readable: Readable;
  readonly writable: Writable;
}

export interface StreamChardevOptions {
  /** Bytes queued above which `write` returns false. @default 65536 */
  readonly highWaterMark?: number;
  /** How long `close()` tries to send what was written, in milliseconds. @default 5000 */
  readonly closeTimeout?: number;
}

/**
 * A chardev over Node streams.
 *
 * Strings written in one turn go out in one system call.
 */
export class StreamChardev implements Chardev {
  readonly label: string;
  readonly #readable: Readable;
  readonly #writable: Writable;
  readonly #highWaterMark: number;
  readonly #closeTimeout: number;
  #handlers: ChardevHandlers | undefined;
  /** Strings of this turn, not yet given to the stream. */
  #text = '';
  /** The user has bytes in its hands. */
  #delivering = false;
  #owesDrain = false;
  /** What arrived although paused: a stream that is paused right after it was resumed still reads once. */
  #kept: Uint8Array[] = [];
  #endDue = false;
  #paused = false;
  #ended = false;
  #closing = false;
  #closed = false;
  #error: Error | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Streams that have not told `close` yet. */
  #open = 0;
  readonly #done: Promise<void>;
  #resolveDone: () => void = () => {};

  constructor(transport: StreamTransport, options: StreamChardevOptions = {}) {
    this.label = transport.label;
    this.#readable = transport.readable;
    this.#writable = transport.writable;
    this.#highWaterMark = options.highWaterMark ?? 65_536;
    this.#closeTimeout = options.closeTimeout ?? 5000;
    this.#done = new Promise((resolve) => {
      this.#resolveDone = resolve;
    });
    this.#watch(this.#writable);
    if (!Object.is(this.#readable, this.#writable)) this.#watch(this.#readable);
    this.#writable.on('drain', () => this.drained());
  }

  #watch(stream: Readable | Writable): void {
    this.#open++;
    stream.on('error', (error) => this.lost(error));
    stream.on('close', () => this.#finished());
  }

  get writableLength(): number {
    return this.#writable.writableLength + this.#text.length;
  }

  start(handlers: ChardevHandlers): void {
    if (this.#handlers !== undefined) throw new QmpError('QMP_STATE', `${this.label} was started already`);
    this.#handlers = handlers;
    this.#readable.on('end', () => {
      this.#endDue = true;
      this.#deliverKept(handlers);
    });
    if (this.#closed) process.nextTick(() => handlers.close(this.#error));
    else if (this.#readable instanceof OneBufferSocket) this.#readable.readBy((chunk) => this.received(chunk));
    else this.#readable.on('data', (chunk: Uint8Array) => this.received(chunk)).resume();
  }

  /** Takes bytes that are only lent. @returns false to stop reading until the next `resume`. */
  protected received(chunk: Uint8Array): boolean {
    if (this.#closing) return true;
    if (this.#paused || this.#kept.length > 0) this.#kept.push(new Uint8Array(chunk));
    else this.#deliver(chunk);
    return !this.#paused;
  }

  /** Hands bytes to the user; what is written meanwhile goes out right after. */
  #deliver(chunk: Uint8Array): void {
    this.#delivering = true;
    try {
      this.#handlers?.data(chunk);
    } finally {
      this.#delivering = false;
      this.flush();
    }
  }

  /** Called when the peer has ended its direction, after the user was told, unless that closed the connection. */
  protected peerEnded(): void {}

  #deliverKept(handlers: ChardevHandlers): void {
    while (!this.#paused && !this.#closing) {
      const chunk = this.#kept.shift();
      if (chunk === undefined) break;
      this.#deliver(chunk);
    }
    if (this.#kept.length > 0 || this.#closing) return;
    if (this.#endDue) {
      this.#endDue = false;
      handlers.end();
      if (!this.#closing) this.peerEnded();
    } else if (!this.#paused) this.#readable.resume();
  }

  write(data: string | Uint8Array): boolean {
    if (this.#closing || this.#closed || this.#ended) return true;
    if (typeof data === 'string') {
      if (this.#text === '' && !this.#delivering) process.nextTick(flush, this);
      this.#text += data;
    } else {
      this.flush();
      this.#writable.write(data);
    }
    return this.writableLength < this.#highWaterMark || this.oweDrain();
  }

  /** Remembers that the user was told to wait. Returns false, as `write` does then. */
  protected oweDrain(): false {
    this.#owesDrain = true;
    return false;
  }

  /** Gives the strings of this turn to the stream. */
  flush(): void {
    const text = this.#text;
    if (text === '') return;
    this.#text = '';
    const accepted = this.#writable.write(text);
    if (accepted && this.#owesDrain) this.drained();
  }

  pause(): void {
    this.#paused = true;
    this.#readable.pause();
  }

  resume(): void {
    this.#paused = false;
    const handlers = this.#handlers;
    if (handlers === undefined) return;
    if (this.#kept.length > 0) process.nextTick(() => this.#deliverKept(handlers));
    else this.#readable.resume();
  }

  end(): void {
    if (this.#closing || this.#closed || this.#ended) return;
    this.flush();
    this.#ended = true;
    this.#writable.end();
  }

  close(reason?: Error): Promise<void> {
    if (this.#closed) return this.#done;
    if (reason !== undefined) {
      this.#closing = true;
      this.#text = '';
      this.#error = reason;
      this.#destroy();
    } else if (!this.#closing) this.#closeOrderly();
    return this.#done;
  }

  #closeOrderly(): void {
    this.flush();
    this.#closing = true;
    // A peer that has ended and was sent everything has nothing to wait for.
    const over = this.#readable.readableEnded && this.#writable.writableLength === 0;
    if (over || this.#writable.writableFinished || this.#writable.destroyed) {
      this.#destroy();
      return;
    }
    // Unread input would turn the end of a socket into a reset, which can take our last bytes with it.
    this.#readable.resume();
    this.#timer = setTimeout(() => {
      if (this.writableLength > 0) this.#error ??= this.#unsent();
      this.#destroy();
    }, this.#closeTimeout);
    this.#writable.once('finish', () => this.#destroy());
    this.#writable.end();
  }

  #unsent(): QmpError {
    const what = `${this.label}: closed with ${this.writableLength} bytes unsent, the peer did not read them`;
    return new QmpError('QMP_DISCONNECTED', `${what} within ${this.#closeTimeout} ms`);
  }

  /** Tells the user to go on, if it was told to wait. */
  protected drained(): void {
    if (!this.#owesDrain || this.#closing) return;
    this.#owesDrain = false;
    this.#handlers?.drain();
  }

  /** The connection broke. */
  protected lost(error: Error): void {
    const unsent = this.writableLength > 0;
    if (this.#error === undefined && (!this.#closing || unsent)) this.#error = lostError(this.label, error);
    this.#destroy();
  }

  #destroy(): void {
    this.#readable.destroy();
    this.#writable.destroy();
  }

  #finished(): void {
    this.#open--;
    if (this.#open > 0) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#handlers?.close(this.#error);
    this.#resolveDone();
  }
}

function flush(chardev: StreamChardev): void {
  chardev.flush();
}
