import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { QueueChardev } from '../protocol/queue-chardev.js';

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

class End extends QueueChardev implements MemoryChardev {
  protected override readonly keptLimit = Number.POSITIVE_INFINITY;
  readonly #chunk: () => number;
  #peer: End | undefined;

  constructor(label: string, options: MemoryChardevOptions) {
    super(label, options.highWaterMark ?? 65_536);
    const { chunk = Number.POSITIVE_INFINITY } = options;
    this.#chunk = typeof chunk === 'function' ? chunk : () => chunk;
  }

  connect(peer: End): void {
    this.#peer = peer;
  }

  get writableLength(): number {
    return this.#peer === undefined ? 0 : this.#peer.keptBytes;
  }

  override close(reason?: Error): Promise<void> {
    if (reason !== undefined && !this.over) this.#peer?.drop();
    return super.close(reason);
  }

  fail(error: Error): void {
    for (const end of [this, this.#peer]) end?.finish(error);
  }

  protected transmit(bytes: Uint8Array): void {
    if (this.#peer?.over === true) {
      this.finish(new QmpError('QMP_DISCONNECTED', `${this.label}: the peer has closed the connection`));
    } else this.#peer?.received(bytes);
  }

  protected transmitEnd(): void {
    this.#peer?.receivedEnd();
  }

  protected shut(): void {
    this.#peer?.receivedEnd();
  }

  protected override pieceOf(arrived: number): number {
    return Math.max(1, Math.min(this.#chunk(), arrived));
  }

  protected taken(piece: Uint8Array): void {
    piece.fill(0xaa);
    if (this.keptBytes === 0) this.#peer?.caughtUp();
  }
}
