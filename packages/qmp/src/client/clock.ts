/** Time as the client sees it. A test puts a fake in its place (`qmp/testing`) and no test has to wait. */
export interface Clock {
  /** Milliseconds that only ever grow; where zero lies does not matter. */
  now(): number;
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The clock of the platform. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** The longest delay that timers can hold: 2^31 - 1 milliseconds, about 24 days. Platforms make 1 of longer ones. */
export const LONGEST_DELAY = 0x7fffffff;

/** One timer that can be set again and again; a delay of 0 or Infinity means never. */
export class Timer {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #handle: unknown;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  set(milliseconds: number): void {
    this.clear();
    if (milliseconds <= 0 || milliseconds === Number.POSITIVE_INFINITY) return;
    this.#handle = this.#clock.setTimeout(
      () => {
        this.#handle = undefined;
        this.#callback();
      },
      Math.min(Math.ceil(milliseconds), LONGEST_DELAY),
    );
  }

  clear(): void {
    if (this.#handle === undefined) return;
    this.#clock.clearTimeout(this.#handle);
    this.#handle = undefined;
  }
}
