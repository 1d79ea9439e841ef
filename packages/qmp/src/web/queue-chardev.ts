import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';

/** What arrives while the user is paused is kept up to here; a browser cannot tell its peer to wait. */
const keptLimit = 64 * 1024 * 1024;

const encoder = new TextEncoder();

/** A chardev over something that delivers whole messages by callback: the part that does not depend on which. */
export abstract class QueueChardev implements Chardev {
  readonly label: string;
  protected readonly highWaterMark: number;
  #handlers: ChardevHandlers | undefined;
  #kept: Uint8Array[] = [];
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
  /** The user took so many bytes. */
  protected abstract taken(length: number): void;
  abstract get writableLength(): number;

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
    if (this.#keptBytes > keptLimit) {
      this.finish(new QmpError('QMP_LIMIT', `${this.label}: more than ${keptLimit} bytes arrived that nobody took`));
    } else this.#schedule();
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
    this.#kept = [];
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
    while (this.#over === undefined && !this.#paused) {
      const bytes = this.#kept.shift();
      if (bytes === undefined) break;
      this.#keptBytes -= bytes.length;
      handlers.data(bytes);
      this.taken(bytes.length);
    }
    if (this.#over === undefined && this.#drainDue) {
      this.#drainDue = false;
      handlers.drain();
    }
    if (this.#over === undefined && this.#peerEnded === 'due' && this.#kept.length === 0) {
      this.#peerEnded = 'told';
      handlers.end();
    }
    if (this.#ended && this.#peerEnded === 'told') this.finish();
    if (this.#over !== undefined) {
      this.#told = true;
      handlers.close(this.#over.error);
    }
  }
}
