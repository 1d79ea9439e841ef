import type { MigrateSetParameters, MigrationParameters } from '../api/index.js';
import { MachineError } from '../machine/errors.js';

/** What the parameters are until someone changes them: QEMU's values. */
export const defaultParameters: Required<Omit<MigrationParameters, 'block-bitmap-mapping'>> = {
  'announce-initial': 50,
  'announce-max': 550,
  'announce-rounds': 5,
  'announce-step': 100,
  'compress-level': 1,
  'compress-threads': 8,
  'compress-wait-thread': true,
  'decompress-threads': 2,
  'throttle-trigger-threshold': 50,
  'cpu-throttle-initial': 20,
  'cpu-throttle-increment': 10,
  'cpu-throttle-tailslow': false,
  'tls-creds': '',
  'tls-hostname': '',
  'tls-authz': '',
  'max-bandwidth': 128 << 20,
  'downtime-limit': 300,
  'x-checkpoint-delay': 20_000,
  'block-incremental': false,
  'multifd-channels': 2,
  'xbzrle-cache-size': 64 << 20,
  'max-postcopy-bandwidth': 0,
  'max-cpu-throttle': 99,
  'multifd-compression': 'none',
  'multifd-zlib-level': 1,
  'multifd-zstd-level': 1,
};

type Check = readonly [from: number, to: number, expects?: string];

const percent = (to: number): Check => [1, to, `an integer in the range of 1 to ${to}`];

/** Ranges, in the order in which QEMU looks, and what it says of a value outside. */
const ranges: Partial<Record<keyof MigrationParameters, Check>> = {
  'compress-level': [0, 9],
  'compress-threads': [1, 255],
  'decompress-threads': [1, 255],
  'throttle-trigger-threshold': percent(100),
  'cpu-throttle-initial': percent(99),
  'cpu-throttle-increment': percent(99),
  'downtime-limit': [0, 2_000_000, 'an integer in the range of 0 to (2000 * 1000) ms'],
  'multifd-channels': [1, 255],
  'announce-initial': [0, 100_000],
  'announce-max': [0, 100_000],
  'announce-rounds': [0, 1000],
  'announce-step': [1, 10_000, 'a value between 0 and 10000'],
};

/**
 * Checks new parameters and lays them over the old ones.
 *
 * @throws {MachineError} when one is out of its range.
 */
export function withParameters(old: MigrationParameters, changes: MigrateSetParameters): MigrationParameters {
  const given = Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, normal(value)]));
  for (const [name, [from, to, expects = `a value between ${from} and ${to}`]] of Object.entries(ranges)) {
    const value = given[name];
    if (value !== undefined && (BigInt(value as number) < from || BigInt(value as number) > to)) refuse(name, expects);
  }
  const merged = { ...old, ...given } as MigrationParameters;
  const cache = BigInt(merged['xbzrle-cache-size'] ?? 0);
  if (cache < 4096n || (cache & (cache - 1n)) !== 0n)
    refuse('xbzrle-cache-size', 'a power of two no less than the target page size');
  const most = Number(merged['max-cpu-throttle']);
  if (most < Number(merged['cpu-throttle-initial']) || most > 99)
    refuse('max-cpu-throttle', 'an integer in the range of cpu_throttle_initial to 99');
  return merged;
}

/** A negative number is a huge one, as QEMU reads it; no text is an empty one. */
function normal(value: unknown): unknown {
  if (value === null) return '';
  const negative = (typeof value === 'number' || typeof value === 'bigint') && value < 0;
  return negative ? BigInt.asUintN(64, BigInt(value)) : value;
}

function refuse(name: string, expects: string): never {
  throw new MachineError(`Parameter '${name.replaceAll('-', '_')}' expects ${expects}`);
}
