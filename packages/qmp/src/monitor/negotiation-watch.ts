import type { MonitorClock } from './clock.js';

/** What a {@link NegotiationWatch} looks at. */
interface Negotiator {
  readonly state: 'negotiating' | 'running' | 'closed';
  /** When it was opened, by the monitor's clock. */
  readonly opened: number;
}

/**
 * Tells which sessions take too long to negotiate. One timer does for all of them, and goes on when there is none: to stop
 * and start it for each costs more than to greet.
 */
export class NegotiationWatch<S extends Negotiator> {
  readonly #clock: MonitorClock;
  readonly #period: number;
  readonly #sessions: ReadonlySet<S>;
  readonly #expired: (session: S) => void;
  #cancel: (() => void) | undefined;

  /** @param period milliseconds; 0 for no limit. */
  constructor(clock: MonitorClock, period: number, sessions: ReadonlySet<S>, expired: (session: S) => void) {
    this.#clock = clock;
    this.#period = period;
    this.#sessions = sessions;
    this.#expired = expired;
  }

  /** A session was opened. */
  start(): void {
    if (this.#period > 0) this.#cancel ??= this.#after(this.#period);
  }

  stop(): void {
    this.#cancel?.();
  }

  #after(milliseconds: number): () => void {
    return this.#clock.after(milliseconds, () => this.#look(), true);
  }

  /** The sessions come in the order they were opened: after the first one that has time left, all have. */
  #look(): void {
    this.#cancel = undefined;
    const now = this.#clock.now();
    for (const session of this.#sessions) {
      if (session.state !== 'negotiating') continue;
      const left = session.opened + this.#period - now;
      if (left > 0) {
        this.#cancel = this.#after(left);
        return;
      }
      this.#expired(session);
    }
  }
}
