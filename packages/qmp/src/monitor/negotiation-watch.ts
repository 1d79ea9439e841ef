import type { MonitorClock } from './clock.js';

/** Tells which sessions take too long to negotiate. They come in order and all have the same time: one timer does. */
export class NegotiationWatch<S> {
  readonly #clock: MonitorClock;
  readonly #period: number;
  readonly #expired: (session: S) => void;
  /** When each runs out, the earliest first. */
  readonly #due = new Map<S, number>();
  #cancel: (() => void) | undefined;

  /** @param period milliseconds; 0 for no limit. */
  constructor(clock: MonitorClock, period: number, expired: (session: S) => void) {
    this.#clock = clock;
    this.#period = period;
    this.#expired = expired;
  }

  add(session: S): void {
    if (this.#period === 0) return;
    this.#due.set(session, this.#clock.now() + this.#period);
    this.#cancel ??= this.#clock.after(this.#period, () => this.#look());
  }

  /** It negotiated, or is gone. */
  delete(session: S): void {
    if (!this.#due.delete(session) || this.#due.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(): void {
    const now = this.#clock.now();
    this.#cancel = undefined;
    for (const [session, due] of this.#due) {
      if (due > now) {
        this.#cancel = this.#clock.after(due - now, () => this.#look());
        return;
      }
      this.#due.delete(session);
      this.#expired(session);
    }
  }
}
