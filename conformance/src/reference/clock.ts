import { type MonitorClock, systemClock } from 'qmp/monitor';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
  readonly background: boolean;
  cancel: () => void;
}

/** The real time, plus what a test made it skip. */
export class SkippingClock implements MonitorClock {
  readonly #real = systemClock();
  readonly #timers = new Set<Timer>();
  #skipped = 0;

  timestamp() {
    return this.#real.timestamp();
  }

  now(): number {
    return this.#real.now() + this.#skipped;
  }

  after(milliseconds: number, callback: () => void, background = false): () => void {
    const timer: Timer = { due: this.now() + milliseconds, callback, background, cancel: () => {} };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => this.#remove(timer);
  }

  /** Lets time pass at once; what falls due meanwhile happens in order. */
  advance(milliseconds: number): void {
    const end = this.now() + milliseconds;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.due - b.due).find((timer) => timer.due <= end);
      if (next === undefined) break;
      this.#skipped += Math.max(0, next.due - this.now());
      this.#fire(next);
    }
    this.#skipped += Math.max(0, end - this.now());
    for (const timer of this.#timers) {
      timer.cancel();
      this.#arm(timer);
    }
  }

  #arm(timer: Timer): void {
    const left = Math.max(0, timer.due - this.now());
    timer.cancel = this.#real.after(left, () => this.#fire(timer), timer.background);
  }

  #fire(timer: Timer): void {
    if (!this.#timers.has(timer)) return;
    this.#remove(timer);
    timer.callback();
  }

  #remove(timer: Timer): void {
    this.#timers.delete(timer);
    timer.cancel();
  }
}
