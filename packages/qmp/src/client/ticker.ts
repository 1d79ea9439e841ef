import { type Clock, Timer } from './clock.js';

/** Calls again and again, each time a while after the last call has settled, until it is disposed. Failures end it. */
export class Ticker implements Disposable {
  readonly #timer: Timer;
  readonly #interval: number;
  #stopped = false;

  constructor(clock: Clock, interval: number, callback: () => Promise<void>) {
    this.#interval = interval;
    this.#timer = new Timer(clock, () => {
      callback().then(
        () => this.#arm(),
        () => this[Symbol.dispose](),
      );
    });
    this.#arm();
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#timer.clear();
  }

  #arm(): void {
    if (!this.#stopped) this.#timer.set(this.#interval);
  }
}
