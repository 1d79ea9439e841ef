import type { JsonValue } from '../json/value.js';
import { isStreamError } from './encode.js';
import { ANONYMOUS, type Pending, type PendingTable } from './pending.js';

/** It cannot be told whose a message is. */
export const UNDECIDABLE = Symbol('undecidable');

/** Tells whose a reply is, and never guesses. */
export class Attribution {
  readonly #table: PendingTable;
  /** After an error without id: whose the next one is cannot be told until a later in-band command was answered. */
  #inStep = true;

  constructor(table: PendingTable) {
    this.#table = table;
  }

  /** Whether an error without id can only belong to the one command without id. */
  get inStep(): boolean {
    return this.#inStep;
  }

  /**
   * Removes and returns the command that a reply belongs to; or why it belongs to none; or {@link UNDECIDABLE}.
   *
   * @param error undefined for a return
   */
  ownerOf(id: JsonValue | undefined, error: JsonValue | undefined): Pending | string | typeof UNDECIDABLE {
    if (id === undefined && error !== undefined && (!this.#inStep || isStreamError(error))) return this.#stray();
    const pending = this.#table.settle(id);
    if (pending !== undefined) {
      if (!pending.oob) this.#inStep = true;
      return pending;
    }
    if (id !== undefined) return 'a reply with an unknown id';
    return error !== undefined && this.#table.size > 0 ? this.#stray() : 'a reply nobody waits for';
  }

  /**
   * An error without id that does not belong to the one command without id: the server could not read something. With
   * one command on its way it was that one; else nobody can tell whose it was. Follow-up errors of the same broken
   * message belong to none: until the commands that are sent from now on are answered, errors without id are nobody's.
   */
  #stray(): Pending | string | typeof UNDECIDABLE {
    const free = !this.#inStep || this.#table.size === 0;
    const sole = free ? undefined : this.#table.sole();
    if (!free && sole === undefined) return UNDECIDABLE;
    this.#inStep = false;
    if (sole === undefined) return 'an error without id that belongs to no command';
    this.#table.settle(sole.id === ANONYMOUS ? undefined : sole.id);
    return sole;
  }
}
