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
  readonly #warnAt: number;
  readonly #host: ExpiryHost;
  readonly #timer: Timer;
  #next = Number.POSITIVE_INFINITY;

  /** @param warnAt the part of its time after which a command is slow, 0 for never */
  constructor(clock: Clock, table: PendingTable, warnAt: number, host: ExpiryHost) {
    this.#clock = clock;
    this.#table = table;
    this.#warnAt = warnAt > 0 ? Math.min(1, warnAt) : 1;
    this.#host = host;
    this.#timer = new Timer(clock, () => this.#look());
  }

  add(pending: Pending): void {
    if (pending.timeout <= 0) return;
    const due = pending.sentAt + pending.timeout * this.#warnAt;
    if (due < this.#next) this.#lookAt(due);
  }

  stop(): void {
    this.#timer.clear();
    this.#next = Number.POSITIVE_INFINITY;
  }

  /** When this command has to be looked at next. */
  #dueAt({ sentAt, timeout, warned }: Pending): number {
    return sentAt + (warned ? timeout : timeout * this.#warnAt);
  }

  #lookAt(time: number): void {
    this.#next = time;
    if (time < Number.POSITIVE_INFINITY) this.#timer.set(Math.max(1, time - this.#clock.now()));
  }

  #look(): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const pending of this.#table) {
      if (pending.abandoned || pending.timeout <= 0) continue;
      const waited = now - pending.sentAt;
      if (waited >= pending.timeout) {
        this.#host.late(pending, waited);
        continue;
      }
      if (!pending.warned && this.#dueAt(pending) <= now) {
        pending.warned = true;
        this.#host.slow(pending, waited);
      }
      next = Math.min(next, this.#dueAt(pending));
    }
    this.#lookAt(Math.max(next, now + GRANULARITY));
  }
}
