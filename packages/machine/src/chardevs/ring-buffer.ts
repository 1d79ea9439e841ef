import type { Chardev, ChardevHandlers, ChardevListener } from 'qmp/protocol';

/** A chardev that keeps the last bytes written to it, for `ringbuf-read`, and gives what `ringbuf-write` puts in. */
export class RingBuffer implements Chardev, ChardevListener {
  readonly label = 'ringbuf';
  readonly writableLength = 0;
  readonly #size: number;
  #kept: Uint8Array = new Uint8Array(0);
  #handlers: ChardevHandlers | undefined;
  #taken = false;

  /** @param size how many bytes are kept. */
  constructor(size: number) {
    this.#size = size;
  }

  async next(): Promise<Chardev | undefined> {
    if (this.#taken) return undefined;
    this.#taken = true;
    return this;
  }

  start(handlers: ChardevHandlers): void {
    this.#handlers = handlers;
  }

  write(data: string | Uint8Array): boolean {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    const all = new Uint8Array(this.#kept.length + bytes.length);
    all.set(this.#kept);
    all.set(bytes, this.#kept.length);
    this.#kept = all.slice(Math.max(0, all.length - this.#size));
    return true;
  }

  /** Takes the oldest bytes, `count` at most. */
  take(count: number): Uint8Array {
    const taken = this.#kept.slice(0, count);
    this.#kept = this.#kept.slice(taken.length);
    return taken;
  }

  /** Gives bytes to whoever uses the chardev. When nobody does they are kept, as QEMU keeps them always. */
  put(data: Uint8Array): void {
    if (this.#handlers === undefined) this.write(data);
    else this.#handlers.data(data);
  }

  pause(): void {}

  resume(): void {}

  end(): void {}

  async close(): Promise<void> {
    const handlers = this.#handlers;
    this.#handlers = undefined;
    this.#taken = true;
    handlers?.close();
  }
}
