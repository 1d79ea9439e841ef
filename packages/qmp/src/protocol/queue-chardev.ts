import type { Chardev, ChardevHandlers } from './chardev.js';
import { QmpError } from './errors.js';

const encoder = new TextEncoder();

/**
 * A chardev over something that delivers whole messages by callback, as a WebSocket of a browser does: everything that
 * does not depend on what that is.
 */
export abstract class QueueChardev implements Chardev {
  readonly label: string;
  protected readonly highWaterMark: number;
  /** Bytes that are kept for a user who paused; a browser cannot tell its peer to wait. */
  protected readonly keptLimit: number = 64 * 1024 * 1024;
  #handlers: ChardevHandlers | undefined;
  #kept: Uint8Array[] = [];
  #head = 0;
  #keptBytes = 0;
  #paused = false;
  #scheduled = false;
  #peerEnded: 'no' | 'due' | 'told' = 'no';
  #ended = false;
  #owesDrain = false;
  #drainDue = false;
  #over: { readonly error: Error | undefined } | undefined;
  #told = false;
  readonly #done: Promise<void>;
  #resolveDone: () => void = () => {};

  constructor(label: string, highWaterMark: number) {
    this.label = label;
    this.highWaterMark = highWaterMark;
    this.#done = new Promise((resolve) => {
      this.#resolveDone = resolve;
    });
  }

  /** Sends bytes, which are the transport's from now on. */
  protected abstract transmit(bytes: Uint8Array): void;
  /** Tells the peer that nothing more comes. */
  protected abstract transmitEnd(): void;
  /** Lets go of the transport after what was sent. */
  protected abstract shut(): void;
  /** The user took a piece, which nobody reads any more. */
  protected abstract taken(piece: Uint8Array): void;
  abstract get writableLength(): number;

  /** How many of the bytes that arrived together to hand on at once: at least 1. */
  protected pieceOf(arrived: number): number {
    return arrived;
  }

  /** Bytes that arrived and were not taken. */
  protected get keptBytes(): number {
    return this.#keptBytes;
  }

  protected get over(): boolean {
    return this.#over !== undefined;
  }

  start(handlers: ChardevHandlers): void {
    if (this.#handlers !== undefined) throw new QmpError('QMP_STATE', `${this.label} was started already`);
    this.#handlers = handlers;
    this.#schedule();
  }

  write(data: string | Uint8Array): boolean {
    if (this.#over !== undefined || this.#ended || data.length === 0) return true;
    this.transmit(typeof data === 'string' ? encoder.encode(data) : data.slice());
    if (this.writableLength < this.highWaterMark) return true;
    this.#owesDrain = true;
    return false;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#schedule();
  }

  end(): void {
    if (this.#over !== undefined || this.#ended) return;
    this.#ended = true;
    this.transmitEnd();
    this.#schedule();
  }

  close(reason?: Error): Promise<void> {
    this.finish(reason);
    return this.#done;
  }

  /** Bytes arrived. */
  protected received(bytes: Uint8Array): void {
    if (this.#over !== undefined || bytes.length === 0) return;
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > this.keptLimit) {
      const text = `${this.label}: more than ${this.keptLimit} bytes arrived that nobody took`;
      this.finish(new QmpError('QMP_LIMIT', text));
    } else this.#schedule();
  }

  /** Forgets what arrived and was not taken. */
  protected drop(): void {
    this.#kept = [];
    this.#head = 0;
    this.#keptBytes = 0;
  }

  /** The peer sends nothing more. */
  protected receivedEnd(): void {
    if (this.#peerEnded === 'no') this.#peerEnded = 'due';
    this.#schedule();
  }

  /** The transport caught up. */
  protected caughtUp(): void {
    if (!this.#owesDrain) return;
    this.#owesDrain = false;
    this.#drainDue = true;
    this.#schedule();
  }

  /** Everything is over. */
  protected finish(error?: Error): void {
    if (this.#over !== undefined) return;
    this.#over = { error };
    this.drop();
    this.shut();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const handlers = this.#handlers;
    if (handlers !== undefined && !this.#told) this.#tell(handlers);
    if (this.#over !== undefined) this.#resolveDone();
  }

  /** Hands on what is due. A handler may call any method: each step looks at the state anew. */
  #tell(handlers: ChardevHandlers): void {
    while (this.#over === undefined && !this.#paused && this.#keptBytes > 0) {
      const piece = this.#next();
      handlers.data(piece);
      this.taken(piece);
    }
    if (this.#over === undefined && this.#drainDue) {
      this.#drainDue = false;
      handlers.drain();
    }
    if (this.#over === undefined && this.#peerEnded === 'due' && this.#keptBytes === 0) {
      this.#peerEnded = 'told';
      handlers.end();
    }
    if (this.#ended && this.#peerEnded === 'told') this.finish();
    if (this.#over !== undefined) {
      this.#told = true;
      handlers.close(this.#over.error);
    }
  }

  /** Removes the next piece, without moving the others each time. */
  #next(): Uint8Array {
    const first = this.#kept[this.#head] as Uint8Array;
    const piece = first.subarray(0, this.pieceOf(first.length));
    this.#keptBytes -= piece.length;
    if (piece.length < first.length) this.#kept[this.#head] = first.subarray(piece.length);
    else if (this.#keptBytes === 0) this.drop();
    else if (++this.#head > 64 && this.#head * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#head);
      this.#head = 0;
    }
    return piece;
  }
}
