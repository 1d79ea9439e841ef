import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';

/** How a pair of memory chardevs behaves. */
export interface MemoryChardevOptions {
  /** Labels of the two ends. @default ['memory:a', 'memory:b'] */
  readonly labels?: readonly [string, string];
  /** Bytes on their way above which `write` returns false. @default 65536 */
  readonly highWaterMark?: number;
  /**
   * The most bytes one call of `data` delivers: 1 gives every byte by itself. A function is asked before each delivery
   * and may return another number each time. @default as written
   */
  readonly chunk?: number | (() => number);
}

/** One end of {@link memoryChardevs}. */
export interface MemoryChardev extends Chardev {
  /** Breaks the connection as a network fault does: what is on its way is lost, both ends report `error`. */
  fail(error: Error): void;
}

/**
 * Makes two chardevs that are connected to each other, for tests of clients and monitors without a socket.
 *
 * They keep the contract of {@link Chardev} strictly. Delivery is asynchronous (a microtask later) and in order. The
 * array given to `data` is overwritten when the call returns, so that code which keeps it fails its test.
 *
 * @example
 * const [client, server] = memoryChardevs({ chunk: 1 });
 */
export function memoryChardevs(options: MemoryChardevOptions = {}): [MemoryChardev, MemoryChardev] {
  const [labelA, labelB] = options.labels ?? ['memory:a', 'memory:b'];
  const a = new End(labelA, options);
  const b = new End(labelB, options);
  a.connect(b);
  b.connect(a);
  return [a, b];
}

const encoder = new TextEncoder();

class End implements MemoryChardev {
  readonly label: string;
  readonly #highWaterMark: number;
  readonly #chunk: () => number;
  #peer: End | undefined;
  #handlers: ChardevHandlers | undefined;

  // What comes in: written by the peer and not yet delivered here.
  #incoming: Uint8Array[] = [];
  #incomingBytes = 0;
  #peerEnded = false;
  #endDelivered = false;

  #scheduled = false;
  #paused = false;
  #ended = false;
  #needsDrain = false;
  #drainDue = false;
  #closing: { readonly error?: Error } | undefined;
  #closed = false;
  readonly #done: Promise<void>;
  #resolveDone: () => void = () => {};

  constructor(label: string, options: MemoryChardevOptions) {
    this.label = label;
    this.#highWaterMark = options.highWaterMark ?? 65_536;
    const { chunk = Number.POSITIVE_INFINITY } = options;
    this.#chunk = typeof chunk === 'function' ? chunk : () => chunk;
    this.#done = new Promise((resolve) => {
      this.#resolveDone = resolve;
    });
  }

  connect(peer: End): void {
    this.#peer = peer;
  }

  get writableLength(): number {
    return this.#peer === undefined ? 0 : this.#peer.#incomingBytes;
  }

  start(handlers: ChardevHandlers): void {
    if (this.#handlers !== undefined) throw new QmpError('QMP_STATE', `${this.label} was started already`);
    this.#handlers = handlers;
    this.#schedule();
  }

  write(data: string | Uint8Array): boolean {
    const peer = this.#peer;
    if (this.#closing !== undefined || this.#ended || peer === undefined) return true;
    if (peer.#closing !== undefined) {
      this.#finish(new QmpError('QMP_DISCONNECTED', `${this.label}: the peer has closed the connection`));
      return true;
    }
    const bytes = typeof data === 'string' ? encoder.encode(data) : data.slice();
    if (bytes.length > 0) {
      peer.#incoming.push(bytes);
      peer.#incomingBytes += bytes.length;
      peer.#schedule();
    }
    if (peer.#incomingBytes < this.#highWaterMark) return true;
    this.#needsDrain = true;
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
    if (this.#closing !== undefined || this.#ended) return;
    this.#ended = true;
    this.#endPeer();
    this.#schedule();
  }

  close(reason?: Error): Promise<void> {
    if (this.#closing === undefined) {
      if (reason !== undefined && this.#peer !== undefined) this.#peer.#dropIncoming();
      this.#finish(reason);
    }
    return this.#done;
  }

  fail(error: Error): void {
    for (const end of [this, this.#peer]) {
      if (end === undefined) continue;
      end.#dropIncoming();
      end.#finish(error);
    }
  }

  /** Tells the peer that nothing more comes from here. */
  #endPeer(): void {
    if (this.#peer === undefined) return;
    this.#peer.#peerEnded = true;
    this.#peer.#schedule();
  }

  #finish(error?: Error): void {
    if (this.#closing !== undefined) return;
    this.#closing = error === undefined ? {} : { error };
    this.#dropIncoming();
    this.#endPeer();
    this.#schedule();
  }

  #dropIncoming(): void {
    this.#incoming = [];
    this.#incomingBytes = 0;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  /** Hands on everything that may be handed on now. A handler may call any method: each step looks at the state anew. */
  #deliver(): void {
    const handlers = this.#handlers;
    if (handlers === undefined) {
      if (this.#closing !== undefined) this.#resolveDone();
      return;
    }
    while (this.#closing === undefined && !this.#paused && this.#incoming.length > 0) this.#deliverOne(handlers);
    if (this.#closing === undefined && this.#peerEnded && !this.#endDelivered && this.#mayEnd()) {
      this.#endDelivered = true;
      handlers.end();
    }
    if (this.#closing === undefined && this.#drainDue) {
      this.#drainDue = false;
      handlers.drain();
    }
    if (this.#ended && this.#endDelivered && this.writableLength === 0) this.#finish();
    if (this.#closing !== undefined && !this.#closed) {
      this.#closed = true;
      handlers.close(this.#closing.error);
      this.#resolveDone();
    }
  }

  #mayEnd(): boolean {
    return !this.#paused && this.#incoming.length === 0;
  }

  #deliverOne(handlers: ChardevHandlers): void {
    const first = this.#incoming[0];
    if (first === undefined) return;
    const size = Math.max(1, Math.min(this.#chunk(), first.length));
    const piece = first.slice(0, size);
    if (size === first.length) this.#incoming.shift();
    else this.#incoming[0] = first.subarray(size);
    this.#incomingBytes -= size;
    if (this.#incomingBytes === 0 && this.#peer !== undefined) this.#peer.#caughtUp();
    handlers.data(piece);
    piece.fill(0xaa);
  }

  #caughtUp(): void {
    if (this.#needsDrain) {
      this.#needsDrain = false;
      this.#drainDue = true;
    }
    if (this.#drainDue || this.#ended) this.#schedule();
  }
}
