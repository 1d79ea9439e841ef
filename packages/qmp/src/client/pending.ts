import type { JsonObject, JsonValue } from '../json/value.js';

/** A command whose reply has not come, on the wire or waiting for its turn. */
export interface Pending {
  /** The id on the wire; {@link ANONYMOUS} for the one command that went without, {@link UNSENT} before its turn. */
  id: number;
  /** The command as it goes out, up to where its id goes. */
  readonly body: string;
  /** Descriptors that travel with it. */
  readonly fds: readonly number[] | undefined;
  readonly command: string;
  readonly args: JsonObject | undefined;
  readonly oob: boolean;
  /** When it was given to the session, by its clock. */
  readonly sentAt: number;
  /** How long its caller waits, in milliseconds; 0 for ever. */
  readonly timeout: number;
  /** That it is slow was told. */
  warned: boolean;
  /** A tombstone: the caller gave up, the reply is still owed. */
  abandoned: boolean;
  /** Settles the caller's promise; with a rejected promise it fails it. */
  readonly resolve: (value: JsonValue | Promise<never>) => void;
  /** Ends the watch on the caller's AbortSignal. */
  unwatch: (() => void) | undefined;
}

/** The id of the one command that may be on its way without an id. */
export const ANONYMOUS = -1;

/** The id of a command that waits for its turn. */
export const UNSENT = -2;

/**
 * The commands that are owed a reply, by id.
 *
 * Ids are the smallest free numbers, because QEMU pays for each byte it reads, and an id comes free only when its
 * reply was seen: a caller who gave up leaves a tombstone. "No id" is one more id, the shortest, given to a command
 * that goes out while no other in-band command is owed a reply; in-band replies come in order, so a reply or error
 * without id can only be its own.
 */
export class PendingTable {
  readonly #slots: (Pending | undefined)[] = [];
  readonly #free: number[] = [];
  #anonymous: Pending | undefined;
  #inBand = 0;
  #outOfBand = 0;
  /** Commands that wait for their turn, from {@link #firstHeld} on. */
  #held: Pending[] = [];
  #firstHeld = 0;

  /** Commands that are owed a reply or wait for their turn, tombstones included. */
  get size(): number {
    return this.#inBand + this.#outOfBand + this.held;
  }

  /** Commands that wait for their turn. */
  get held(): number {
    return this.#held.length - this.#firstHeld;
  }

  /** In-band commands on the wire. */
  get inBand(): number {
    return this.#inBand;
  }

  /** Takes an id that nobody uses. */
  takeId(anonymous: boolean): number {
    return anonymous && this.#inBand === 0 ? ANONYMOUS : (this.#free.pop() ?? this.#slots.length);
  }

  add(pending: Pending): void {
    if (pending.oob) this.#outOfBand++;
    else this.#inBand++;
    if (pending.id === ANONYMOUS) this.#anonymous = pending;
    else this.#slots[pending.id] = pending;
  }

  /** Lets a command wait for its turn. */
  hold(pending: Pending): void {
    this.#held.push(pending);
  }

  /** Puts back what {@link nextHeld} gave. */
  holdFirst(pending: Pending): void {
    if (this.#firstHeld > 0) this.#held[--this.#firstHeld] = pending;
    else this.#held.unshift(pending);
  }

  /** Takes the next command whose turn it is; one that its caller gave up is gone without having been sent. */
  nextHeld(): Pending | undefined {
    while (this.#firstHeld < this.#held.length) {
      const pending = this.#held[this.#firstHeld++];
      // Not each time, or the others would be moved again and again.
      if (this.#firstHeld * 2 > this.#held.length) {
        this.#held = this.#held.slice(this.#firstHeld);
        this.#firstHeld = 0;
      }
      if (pending?.abandoned === false) return pending;
    }
    return undefined;
  }

  /** Removes and returns the command that a reply with this id belongs to. */
  settle(id: JsonValue | undefined): Pending | undefined {
    if (id === undefined) {
      const pending = this.#anonymous;
      if (pending === undefined) return undefined;
      this.#anonymous = undefined;
      this.#inBand--;
      return pending;
    }
    if (typeof id !== 'number') return undefined;
    const pending = this.#slots[id];
    if (pending === undefined) return undefined;
    this.#slots[id] = undefined;
    this.#free.push(id);
    if (pending.oob) this.#outOfBand--;
    else this.#inBand--;
    return pending;
  }

  /** The only command on the wire, if there is exactly one. */
  sole(): Pending | undefined {
    if (this.#inBand + this.#outOfBand !== 1) return undefined;
    for (const pending of this) return pending;
    return undefined;
  }

  *[Symbol.iterator](): Generator<Pending> {
    if (this.#anonymous !== undefined) yield this.#anonymous;
    for (const pending of this.#slots) if (pending !== undefined) yield pending;
    for (let i = this.#firstHeld; i < this.#held.length; i++) yield this.#held[i] as Pending;
  }

  /** Empties the table and returns what was in it. */
  clear(): Pending[] {
    const all = [...this];
    this.#slots.length = 0;
    this.#free.length = 0;
    this.#held = [];
    this.#firstHeld = 0;
    this.#anonymous = undefined;
    this.#inBand = 0;
    this.#outOfBand = 0;
    return all;
  }
}
