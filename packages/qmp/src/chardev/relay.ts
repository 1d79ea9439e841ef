import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';

/** Passes everything on to another chardev. A subclass changes what it needs to. */
export class RelayChardev implements Chardev {
  readonly label: string;
  protected readonly inner: Chardev;
  /** As of the other chardev: absent when that cannot pass descriptors. */
  readonly writeWithFds?: (data: string | Uint8Array, fds: readonly number[]) => boolean;

  constructor(inner: Chardev) {
    this.label = inner.label;
    this.inner = inner;
    const { writeWithFds } = inner;
    if (writeWithFds !== undefined) this.writeWithFds = writeWithFds.bind(inner);
  }

  get writableLength(): number {
    return this.inner.writableLength;
  }

  start(handlers: ChardevHandlers): void {
    this.inner.start(handlers);
  }

  write(data: string | Uint8Array): boolean {
    return this.inner.write(data);
  }

  pause(): void {
    this.inner.pause();
  }

  resume(): void {
    this.inner.resume();
  }

  end(): void {
    this.inner.end();
  }

  close(reason?: Error): Promise<void> {
    return this.inner.close(reason);
  }
}

/** Tells when a chardev is over, whether it was ever started or not. */
export class WatchedChardev extends RelayChardev {
  readonly #over: () => void;

  constructor(inner: Chardev, over: () => void) {
    super(inner);
    this.#over = over;
  }

  override start(handlers: ChardevHandlers): void {
    this.inner.start({
      data: (chunk) => handlers.data(chunk),
      end: () => handlers.end(),
      drain: () => handlers.drain(),
      break: () => handlers.break?.(),
      close: (error) => {
        this.#over();
        handlers.close(error);
      },
    });
  }

  override async close(reason?: Error): Promise<void> {
    await this.inner.close(reason);
    this.#over();
  }
}
