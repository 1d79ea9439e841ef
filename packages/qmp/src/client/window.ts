import { type Clock, Timer } from './clock.js';

/** Milliseconds a command below which no QEMU answers: it pays some 4 µs for each byte it reads. */
const FASTER_THAN_QEMU = 0.03;
/** As far as the window of a fast server grows. */
const LARGEST = 4096;
/** Commands whose time is taken together. */
const SAMPLE = 24;
/** How much longer a command may take one at a time: less than what QEMU pays for the bytes of an id. */
const WORTH = 1.15;
/** Samples after which the choice is tried again; their number doubles when nothing changed. */
const SOON = 16;
const SELDOM = 1024;
/** Milliseconds that others wait behind a single command, at the most twice that. */
const PATIENCE = 10;

/**
 * How many in-band commands may be on the wire.
 *
 * - A small number lets out-of-band commands overtake: QEMU stops reading while eight wait.
 * - QEMU reads one byte at a time and is kept busy by a single command. One that is alone needs no id, which QEMU would
 *   have to read, so the window shrinks to 1 where that is as fast. It is not where the way is long, or where this
 *   process is busy: both are tried, now and then again, and the faster one stays. A single command that takes long
 *   holds up the others for no more than {@link PATIENCE}.
 * - A server that answers a whole window faster than any QEMU reads it has no such queue to fill, and its window doubles
 *   for as long as that is so.
 */
export class Window {
  readonly #clock: Clock;
  readonly #widened: () => void;
  readonly #timer: Timer;
  #base = Number.POSITIVE_INFINITY;
  #startedAt = 0;
  /** Commands that the sample lacks; 0 when nothing is measured. */
  #left = 0;
  /** Milliseconds a command in the sample before this one. */
  #before = 0;
  #trying = false;
  #untilNext = 1;
  #pause = SOON;
  /** {@link #left} when it was last looked at. */
  #seen = 0;
  /** The number itself. */
  size = Number.POSITIVE_INFINITY;

  /** @param widened is called when there is room again although no command was answered */
  constructor(clock: Clock, widened: () => void) {
    this.#clock = clock;
    this.#widened = widened;
    this.#timer = new Timer(clock, () => this.#look());
  }

  limit(size: number): void {
    this.#base = size;
    this.size = size;
  }

  /** A command has to wait: the window is full, and how fast it empties tells how fast the server is. */
  full(): void {
    if (this.#left > 0) return;
    this.#left = this.#sample;
    this.#startedAt = this.#clock.now();
    if (this.size < this.#base) this.#watch();
  }

  /** A command was answered. */
  answered(): void {
    if (this.#left === 0 || --this.#left > 0) return;
    this.#timer.clear();
    const elapsed = this.#clock.now() - this.#startedAt;
    if (elapsed > 0) this.#measured(elapsed / this.#sample);
  }

  /** Nothing is on the wire: what is measured would count the time until there is. */
  emptied(): void {
    if (this.#left === 0) return;
    this.#left = 0;
    this.#timer.clear();
  }

  get #sample(): number {
    return Math.max(this.size, SAMPLE);
  }

  /** The size that is not in use. */
  get #other(): number {
    return this.size === 1 ? this.#base : 1;
  }

  /** @param each milliseconds a command */
  #measured(each: number): void {
    if (this.size >= this.#base) {
      const fast = each < FASTER_THAN_QEMU;
      this.size = fast ? Math.max(this.#base, Math.min(this.size * 2, LARGEST)) : this.#base;
      if (fast) return;
    }
    if (this.#trying) {
      const [alone, crowded] = this.size === 1 ? [each, this.#before] : [this.#before, each];
      this.#settle(alone <= crowded * WORTH ? 1 : this.#base);
    } else if (--this.#untilNext <= 0) {
      this.#trying = true;
      this.#before = each;
      this.size = this.#other;
    }
  }

  /** Ends a trial. */
  #settle(size: number): void {
    this.#pause = this.#trying && size === this.#other ? Math.min(this.#pause * 2, SELDOM) : SOON;
    this.#untilNext = this.#pause;
    this.#trying = false;
    this.size = size;
  }

  #watch(): void {
    this.#seen = this.#left;
    this.#timer.set(PATIENCE);
  }

  /** A single command takes long: the others do not wait for it. */
  #look(): void {
    if (this.#left < this.#seen) {
      this.#watch();
      return;
    }
    this.#left = 0;
    this.#settle(this.#base);
    this.#widened();
  }
}
