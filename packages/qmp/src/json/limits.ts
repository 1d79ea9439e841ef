/** What one message may cost. The defaults are QEMU's own. */
export interface JsonLimits {
  /**
   * Bytes of tokens in one message, blanks between them not counted. QEMU counts one more for each token it is looking
   * at, so the longest message is one byte shorter.
   *
   * @default 67108864 (64 MiB)
   */
  readonly tokenBytes: number;
  /**
   * Tokens in one message: strings, numbers, words and each of `{ } [ ] , :`.
   *
   * @default 2097152 (2 Mi)
   */
  readonly tokens: number;
  /**
   * Braces and brackets open at the same time.
   *
   * @default 1024
   */
  readonly nesting: number;
}

/** QEMU's limits (json-streamer.c). */
export const defaultLimits: JsonLimits = Object.freeze({
  tokenBytes: 64 * 2 ** 20,
  tokens: 2 * 2 ** 20,
  nesting: 1024,
});

/**
 * Fills in the defaults.
 *
 * @throws {RangeError} when a limit is unknown, or is not a whole number of at least 1.
 */
export function normalizeLimits(limits: Partial<JsonLimits> = {}): JsonLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (!(name in defaultLimits)) {
      throw new RangeError(`There is no JSON limit '${name}': use ${Object.keys(defaultLimits).join(', ')}`);
    }
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`The JSON limit '${name}' must be a whole number of at least 1, but it is ${value}`);
    }
  }
  return {
    tokenBytes: limits.tokenBytes ?? defaultLimits.tokenBytes,
    tokens: limits.tokens ?? defaultLimits.tokens,
    nesting: limits.nesting ?? defaultLimits.nesting,
  };
}
