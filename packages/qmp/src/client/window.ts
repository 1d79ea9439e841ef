import type { Clock } from './clock.js';

/** Milliseconds a command below which no QEMU answers: it pays some 5 µs for each byte it reads. */
const FASTER_THAN_QEMU = 0.03;
/** As far as the window of a fast server grows. */
const LARGEST = 4096;

/**
 * How many in-band commands may be on the wire. A small number lets out-of-band commands overtake: QEMU stops reading
 * while eight wait. A server that answers a whole window faster than any QEMU reads it has no such queue to fill, and
 * its window doubles for as long as that is so.
 */
export class Window {
  readonly #clock: Clock;
  #base = Number.POSITIVE_INFINITY;
  #startedAt = 0;
  #left = 0;
  /** The number itself. */
  size = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  limit(size: number): void {
    this.#base = size;
    this.size = size;
  }

  /** A command has to wait: the window is full, and how fast it empties tells how fast the server is. */
  full(): void {
    if (this.#left > 0) return;
    this.#left = this.size;
    this.#startedAt = this.#clock.now();
  }

  /** A command was answered. */
  answered(): void {
    if (this.#left === 0 || --this.#left > 0) return;
    const elapsed = this.#clock.now() - this.#startedAt;
    const fast = elapsed > 0 && elapsed < this.size * FASTER_THAN_QEMU;
    this.size = fast ? Math.max(this.#base, Math.min(this.size * 2, LARGEST)) : this.#base;
  }
}
