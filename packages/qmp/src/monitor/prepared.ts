import { type JsonValue, stringify } from '../json/index.js';

/** How a session wants its values printed. */
export interface PrintOptions {
  /** One member a line, indented by four. */
  readonly pretty: boolean;
  /** Order of members inside values: as given, or QEMU's own. */
  readonly order: 'given' | 'qemu';
}

/**
 * A result that never changes, printed once and sent many times, as the schema of `query-qmp-schema` is.
 *
 * The value is printed when it is first asked for. Changing it afterwards has no effect.
 */
export class Prepared {
  readonly value: JsonValue;
  #given: string | undefined;
  #qemu: string | undefined;
  readonly #bytes = new Map<string, Uint8Array>();

  constructor(value: JsonValue) {
    this.value = value;
  }

  /** The value on one line, in that order of members. */
  text(order: 'given' | 'qemu'): string {
    if (order === 'qemu') {
      this.#qemu ??= stringify(this.value, { order });
      return this.#qemu;
    }
    this.#given ??= stringify(this.value);
    return this.#given;
  }

  /** The beginning of a reply with this result, up to and with the result, as bytes. */
  replyHead(order: 'given' | 'qemu'): Uint8Array {
    let bytes = this.#bytes.get(order);
    if (bytes === undefined) {
      bytes = new TextEncoder().encode(`{"return": ${this.text(order)}`);
      this.#bytes.set(order, bytes);
    }
    return bytes;
  }
}

/** Texts from this length on are sent as bytes that are kept, so that they are encoded once. */
export const keptLength = 4096;

/** Marks a result as constant, so that it is printed once. */
export function prepare(value: JsonValue): Prepared {
  return new Prepared(value);
}
