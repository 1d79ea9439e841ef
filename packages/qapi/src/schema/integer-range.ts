/** The integers of each type. A server takes negative values for `uint64` and `size` too, which nobody should send. */
const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int: [-(2n ** 63n), 2n ** 63n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  size: [0n, 2n ** 64n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
};

/** The least and the greatest value of an integer type. */
export function builtinRange(name: string): readonly [bigint, bigint] | undefined {
  return RANGES[name];
}
