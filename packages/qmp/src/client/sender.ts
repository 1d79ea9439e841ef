import type { Chardev } from '../protocol/chardev.js';
import type { Attribution } from './attribution.js';
import type { Clock } from './clock.js';
import { withId } from './encode.js';
import { ANONYMOUS, type Pending, type PendingTable } from './pending.js';
import { Window } from './window.js';

/**
 * The way out: commands in their order, as many at once as the window lets. While the peer reads slower than we write they
 * wait here, so that their number is known and can be limited.
 */
export class Sender {
  readonly #chardev: Chardev;
  readonly #table: PendingTable;
  readonly #window: Window;
  readonly #attribution: Attribution;
  readonly #sending: ((pending: Pending) => void) | undefined;
  /** What the peer was too slow for. */
  #unsent = '';
  #blocked = false;
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
    sending: ((pending: Pending) => void) | undefined,
  ) {
    this.#chardev = chardev;
    this.#table = table;
    this.#window = new Window(clock, () => this.#release());
    this.#attribution = attribution;
    this.#sending = sending;
  }

  /** Characters that wait, for their turn or for the peer to read. */
  get waiting(): number {
    return this.#unsent.length + this.#held;
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

  /** A command was answered. */
  answered(pending: Pending): void {
    if (pending === this.#withFds) this.#withFds = undefined;
    if (!pending.oob) this.#window.answered();
  }

  /** Replies came: there may be room for the next commands. */
  goOn(): void {
    if (this.#table.held > 0) this.#release();
    if (this.#table.inBand === 0) this.#window.emptied();
  }

  /** The peer reads again. */
  drained(): void {
    this.#blocked = false;
    const text = this.#unsent;
    if (text === '') return;
    this.#unsent = '';
    this.#write(text);
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
    this.#sending?.(pending);
    const text = withId(pending.body, pending.id);
    if (pending.fds !== undefined) this.#writeWithFds(text, pending, pending.fds);
    else if (this.#blocked) this.#unsent += text;
    else this.#write(text);
  }

  #write(text: string): void {
    this.#blocked = !this.#chardev.write(text);
  }

  /** Sends a message at once, after what waits, so that its descriptors travel with it. */
  #writeWithFds(text: string, pending: Pending, fds: readonly number[]): void {
    this.drained();
    try {
      this.#blocked = this.#chardev.writeWithFds?.(text, fds) === false;
      this.#withFds = pending;
    } catch (error) {
      // They cannot be passed: it was not sent, and no reply is owed.
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
