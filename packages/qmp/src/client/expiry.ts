import { type Clock, Timer } from './clock.js';
import type { Pending, PendingTable } from './pending.js';

/** How often deadlines are looked at, at the most, in milliseconds. */
const GRANULARITY = 20;

export interface ExpiryHost {
  /** A command is over its time. */
  late(pending: Pending, waited: number): void;
  /** A command has used a good part of its time; told once. */
  slow(pending: Pending, waited: number): void;
}

/**
 * Watches the deadlines of all commands with one timer. Commands mostly have the same time, so the timer is rarely set
 * anew, and a command costs none of its own.
 */
export class Expiry {
  readonly #clock: Clock;
  readonly #table: PendingTable;
  readonly #host: ExpiryHost;
  readonly #timer: Timer;
  #next = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, table: PendingTable, host: ExpiryHost) {
    this.#clock = clock;
    this.#table = table;
    this.#host = host;
    this.#timer = new Timer(clock, () => this.#look());
  }

  add(pending: Pending): void {
    const next = Math.min(pending.warnAt, pending.deadline);
    if (next < this.#next) this.#lookAt(next);
  }

  stop(): void {
    this.#timer.clear();
    this.#next = Number.POSITIVE_INFINITY;
  }

  #lookAt(time: number): void {
    this.#next = time;
    if (time < Number.POSITIVE_INFINITY) this.#timer.set(Math.max(1, time - this.#clock.now()));
  }

  #look(): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const pending of this.#table) {
      if (pending.abandoned) continue;
      if (pending.deadline <= now) {
        this.#host.late(pending, now - pending.sentAt);
        continue;
      }
      if (pending.warnAt <= now) {
        pending.warnAt = Number.POSITIVE_INFINITY;
        this.#host.slow(pending, now - pending.sentAt);
      }
      next = Math.min(next, pending.deadline, pending.warnAt);
    }
    this.#lookAt(Math.max(next, now + GRANULARITY));
  }
}
