import type { Chardev, ChardevHandlers } from './chardev.js';
import { QmpError } from './errors.js';

/** A message that arrived; its `data` is looked for. */
interface PortEvent {
  readonly type: string;
}

/** What a chardev needs of a port: a `MessagePort`, a `Worker`, or the global scope of a dedicated worker. */
export interface PortLike {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: PortEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: PortEvent) => void): void;
  /** Begins delivery, where a port has that. */
  start?(): void;
  close?(): void;
}

/** What goes over the port: bytes, how many were taken, the end of a direction, the end of all. */
type PortMessage =
  | { readonly qmp: 'data'; readonly bytes: Uint8Array }
  | { readonly qmp: 'taken'; readonly count: number }
  | { readonly qmp: 'end' }
  | { readonly qmp: 'close' };

/** Bytes on their way above which `write` returns false. */
const highWaterMark = 64 * 1024;

/**
 * Makes a chardev of one end of a message channel; the other end must be one too. It connects a page to a worker, or two
 * windows, and works in browsers as in Node.
 *
 * @param label what messages call this connection. @default 'port'
 */
export function messagePortChardev(port: PortLike, label = 'port'): Chardev {
  return new PortChardev(port, label);
}

const encoder = new TextEncoder();

class PortChardev implements Chardev {
  readonly label: string;
  readonly #port: PortLike;
  readonly #receive = (event: PortEvent) => this.#message('data' in event ? event.data : undefined);
  readonly #arrived: PortMessage[] = [];
  #handlers: ChardevHandlers | undefined;
  #unconfirmed = 0;
  #needsDrain = false;
  #paused = false;
  #scheduled = false;
  #ended = false;
  #peerEnded = false;
  #closed = false;
  #error: Error | undefined;

  constructor(port: PortLike, label: string) {
    this.label = label;
    this.#port = port;
    port.addEventListener('message', this.#receive);
    port.start?.();
  }

  get writableLength(): number {
    return this.#unconfirmed;
  }

  start(handlers: ChardevHandlers): void {
    if (this.#handlers !== undefined) throw new QmpError('QMP_STATE', `${this.label} was started already`);
    this.#handlers = handlers;
    if (this.#closed) queueMicrotask(() => handlers.close(this.#error));
    else this.#deliverLater();
  }

  write(data: string | Uint8Array): boolean {
    if (this.#ended || this.#closed) return true;
    const bytes = typeof data === 'string' ? encoder.encode(data) : data.slice();
    this.#unconfirmed += bytes.length;
    this.#post({ qmp: 'data', bytes });
    if (this.#unconfirmed < highWaterMark) return true;
    this.#needsDrain = true;
    return false;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#deliverLater();
  }

  end(): void {
    if (this.#ended || this.#closed) return;
    this.#ended = true;
    this.#post({ qmp: 'end' });
    if (this.#peerEnded) this.#finish();
  }

  close(reason?: Error): Promise<void> {
    if (!this.#closed) {
      // What was posted arrives before this does.
      this.#post({ qmp: 'close' });
      this.#finish(reason);
    }
    return Promise.resolve();
  }

  #post(message: PortMessage): void {
    this.#port.postMessage(message);
  }

  #message(data: unknown): void {
    if (!isPortMessage(data) || this.#closed) return;
    if (data.qmp !== 'taken') {
      this.#arrived.push(data);
      this.#deliver();
      return;
    }
    this.#unconfirmed -= data.count;
    if (!this.#needsDrain || this.#unconfirmed > 0) return;
    this.#needsDrain = false;
    this.#handlers?.drain();
  }

  #deliverLater(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    while (this.#handlers !== undefined && !this.#closed) {
      const next = this.#arrived[0];
      if (next === undefined || (this.#paused && next.qmp !== 'close')) return;
      this.#arrived.shift();
      if (next.qmp === 'data') {
        this.#handlers.data(next.bytes);
        this.#post({ qmp: 'taken', count: next.bytes.length });
      } else if (next.qmp === 'close') this.#finish();
      else if (next.qmp === 'end') {
        this.#peerEnded = true;
        this.#handlers.end();
        if (this.#ended) this.#finish();
      }
    }
  }

  #finish(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    this.#port.removeEventListener('message', this.#receive);
    // A port that is closed in the turn of a message may lose that message.
    setTimeout(() => this.#port.close?.(), 0);
    const handlers = this.#handlers;
    if (handlers !== undefined) queueMicrotask(() => handlers.close(error));
  }
}

function isPortMessage(data: unknown): data is PortMessage {
  return typeof data === 'object' && data !== null && 'qmp' in data && typeof data.qmp === 'string';
}
