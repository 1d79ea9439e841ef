/**
 * A JSON value as this library holds it.
 *
 * Integers are exact: a `number` when it is safe, a `bigint` when it is not, up to QEMU's range of -2^63 … 2^64-1.
 * Either is accepted for sending, and a round trip changes nothing.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonDouble | readonly JsonValue[] | JsonObject;

/** A JSON object. A member that is `undefined` is absent. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

const brand = Symbol.for('qmp.JsonDouble');

/**
 * A number that was written with a fraction or an exponent although its value is whole, such as `1.0` or `1e3`.
 *
 * QEMU tells it from an integer (`1.0` is refused where the schema says `int`), JavaScript cannot. A parser makes one
 * only when asked to (`doubles: "keep"`), as a monitor does; a client gets plain numbers.
 */
export class JsonDouble {
  static {
    Object.defineProperty(JsonDouble.prototype, brand, { value: true });
  }

  /** Tells a JsonDouble also when it comes from another copy of this package. */
  static is(value: unknown): value is JsonDouble {
    return typeof value === 'object' && value !== null && brand in value;
  }

  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }

  toJSON(): number {
    return this.value;
  }
}
