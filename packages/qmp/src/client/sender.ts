import type { Chardev } from '../protocol/chardev.js';
import type { Attribution } from './attribution.js';
import type { Clock } from './clock.js';
import { withId } from './encode.js';
import { Outbox } from './outbox.js';
import { ANONYMOUS, type Pending, type PendingTable } from './pending.js';
import { Window } from './window.js';

/** The way out: commands in their order, as many at once as the window lets. */
export class Sender {
  readonly #table: PendingTable;
  readonly #outbox: Outbox;
  readonly #window: Window;
  readonly #attribution: Attribution;
  readonly #sending: (pending: Pending) => void;
  /** Characters of the commands that wait for their turn. */
  #held = 0;
  /**
   * The command on the wire that has descriptors. QEMU reads ahead of what it executes and keeps the newest descriptors
   * only, so the next such command has to wait for its reply, and what is behind it waits as well.
   */
  #withFds: Pending | undefined;

  /** @param sending is told of each command that goes out, under the id that it has now */
  constructor(
    chardev: Chardev,
    table: PendingTable,
    attribution: Attribution,
    clock: Clock,
    sending: (pending: Pending) => void,
  ) {
    this.#table = table;
    this.#outbox = new Outbox(chardev);
    this.#window = new Window(clock, () => this.#release());
    this.#attribution = attribution;
    this.#sending = sending;
  }

  /** Characters that wait, for their turn or for the peer to read. */
  get waiting(): number {
    return this.#outbox.length + this.#held;
  }

  /** Bounds the in-band commands that are on the wire. */
  limit(inFlight: number): void {
    this.#window.limit(inFlight);
  }

  /** Sends a command, now or when its turn has come. */
  push(pending: Pending): void {
    const room = this.#table.inBand < this.#window.size;
    if (pending.oob || (room && this.#mayGo(pending) && this.#table.held === 0)) {
      this.#transmit(pending);
      return;
    }
    this.#table.hold(pending);
    if (!room) this.#window.full();
    this.#held += pending.body.length;
  }

  /** A command was answered: there may be room for the next. */
  answered(pending: Pending): void {
    if (pending === this.#withFds) this.#withFds = undefined;
    if (!pending.oob) this.#window.answered();
    if (this.#table.held > 0) this.#release();
    if (this.#table.inBand === 0) this.#window.emptied();
  }

  /** The peer reads again. */
  drained(): void {
    this.#outbox.drained();
  }

  stop(): void {
    this.#window.emptied();
  }

  #mayGo(pending: Pending): boolean {
    return pending.fds === undefined || this.#withFds === undefined;
  }

  #transmit(pending: Pending): void {
    pending.id = this.#table.takeId(!pending.oob && this.#attribution.inStep);
    this.#table.add(pending);
    this.#sending(pending);
    try {
      this.#outbox.push(withId(pending.body, pending.id), pending.fds);
      if (pending.fds !== undefined) this.#withFds = pending;
    } catch (error) {
      // Its descriptors cannot be passed: it was not sent, and no reply is owed.
      this.#table.settle(pending.id === ANONYMOUS ? undefined : pending.id);
      pending.unwatch?.();
      pending.resolve(Promise.reject(error));
    }
  }

  /** Sends what waited, as far as there is room again. */
  #release(): void {
    while (this.#table.inBand < this.#window.size) {
      const pending = this.#table.nextHeld();
      if (pending === undefined) break;
      if (!this.#mayGo(pending)) {
        this.#table.holdFirst(pending);
        return;
      }
      this.#held -= pending.body.length;
      this.#transmit(pending);
    }
    if (this.#table.held > 0) this.#window.full();
    else this.#held = 0;
  }
}
