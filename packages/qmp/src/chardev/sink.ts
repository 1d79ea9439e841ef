/** Chardevs without a peer: null and ringbuf. */
import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';

/** Takes everything, gives nothing. */
export class NullChardev implements Chardev {
  readonly label: string;
  readonly writableLength = 0;
  #handlers: ChardevHandlers | undefined;
  #closed = false;
  #error: Error | undefined;

  constructor(label = 'null') {
    this.label = label;
  }

  start(handlers: ChardevHandlers): void {
    if (this.#handlers !== undefined) throw new QmpError('QMP_STATE', `${this.label} was started already`);
    this.#handlers = handlers;
    if (this.#closed) process.nextTick(() => handlers.close(this.#error));
  }

  write(_data: string | Uint8Array): boolean {
    return true;
  }

  pause(): void {}

  resume(): void {}

  end(): void {}

  close(reason?: Error): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#error = reason;
      const handlers = this.#handlers;
      if (handlers !== undefined) process.nextTick(() => handlers.close(reason));
    }
    return Promise.resolve();
  }
}

/** Keeps the last bytes written to it, for the command `ringbuf-read`. */
export class RingbufChardev extends NullChardev {
  readonly #ring: Uint8Array;
  /** Counters of bytes written and taken; the ring's size is a power of two. */
  #produced = 0;
  #consumed = 0;

  /** @param size bytes, a power of two. */
  constructor(size: number) {
    super('ringbuf');
    this.#ring = new Uint8Array(size);
  }

  /** How many bytes a {@link read} would give. */
  get available(): number {
    return this.#produced - this.#consumed;
  }

  override write(data: string | Uint8Array): boolean {
    const bytes = Buffer.from(data as string);
    const size = this.#ring.length;
    // Of more than fits only the end stays.
    for (const byte of bytes.subarray(-size)) this.#ring[this.#produced++ % size] = byte;
    this.#consumed = Math.max(this.#consumed, this.#produced - size);
    return true;
  }

  /** Takes out the oldest bytes, at most so many. */
  read(length: number): Uint8Array {
    const out = new Uint8Array(Math.min(length, this.available));
    for (let at = 0; at < out.length; at++) out[at] = this.#ring[this.#consumed++ % this.#ring.length] ?? 0;
    return out;
  }
}
