/** What one message may cost. */
export interface JsonLimits {
  /**
   * Bytes of tokens in one message, blanks between them not counted. QEMU counts one more for each token it is looking
   * at, so the longest message is one byte shorter.
   *
   * @default 67108864 (64 MiB); 268435456 (256 MiB) for a reader that is not strict
   */
  readonly tokenBytes: number;
  /**
   * Tokens in one message: strings, numbers, words and each of `{ } [ ] , :`.
   *
   * @default 2097152 (2 Mi); 16777216 (16 Mi) for a reader that is not strict
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

/** Limits for what QEMU itself prints: it has none there, and a reply may be longer than a command. */
export const replyLimits: JsonLimits = Object.freeze({
  ...defaultLimits,
  tokenBytes: 256 * 2 ** 20,
  tokens: 16 * 2 ** 20,
});

/**
 * Fills in the defaults.
 *
 * @throws {RangeError} when a limit is unknown, or is not a whole number of at least 1.
 */
export function normalizeLimits(limits: Partial<JsonLimits> = {}, defaults = defaultLimits): JsonLimits {
  for (const name in limits) {
    if (!isLimit(name)) {
      throw new RangeError(`There is no JSON limit '${name}': use ${Object.keys(defaultLimits).join(', ')}`);
    }
    const value = limits[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`The JSON limit '${name}' must be a whole number of at least 1, but it is ${value}`);
    }
  }
  return {
    tokenBytes: limits.tokenBytes ?? defaults.tokenBytes,
    tokens: limits.tokens ?? defaults.tokens,
    nesting: limits.nesting ?? defaults.nesting,
  };
}

function isLimit(name: string): name is keyof JsonLimits {
  return name in defaultLimits;
}
