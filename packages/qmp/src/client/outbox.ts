import type { Chardev } from '../protocol/chardev.js';

/**
 * Gathers what one turn sends into one write. While the peer reads slower than we write, messages wait here, so that
 * their number is known and can be limited.
 */
export class Outbox {
  readonly #chardev: Chardev;
  readonly #flush = (): void => this.flush();
  #text = '';
  #scheduled = false;
  #blocked = false;

  constructor(chardev: Chardev) {
    this.#chardev = chardev;
  }

  /** Characters that wait here. */
  get length(): number {
    return this.#text.length;
  }

  /** Queues a message; one with descriptors goes out at once, after what waits, so that they travel with it. */
  push(message: string, fds?: readonly number[]): void {
    if (fds !== undefined && this.#chardev.writeWithFds !== undefined) {
      this.#blocked = false;
      this.flush();
      this.#blocked = !this.#chardev.writeWithFds(message, fds);
      return;
    }
    this.#text += message;
    if (this.#scheduled || this.#blocked) return;
    this.#scheduled = true;
    queueMicrotask(this.#flush);
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#blocked || this.#text.length === 0) return;
    const text = this.#text;
    this.#text = '';
    this.#blocked = !this.#chardev.write(text);
  }

  drained(): void {
    this.#blocked = false;
    this.flush();
  }
}
