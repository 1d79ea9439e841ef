import type { JsonValue } from 'qmp/json';
import { driveName } from './disks.js';
import { asCount, asList, asText, member } from './read-json.js';

/** What has gone through one drive or interface so far, in bytes. */
export interface Counters {
  readonly name: string;
  readonly in: number;
  readonly out: number;
}

/** Bytes a second. */
export type Rate = Counters;

/** The rates of one drive or interface, oldest first. */
export interface Series {
  readonly name: string;
  readonly in: readonly number[];
  readonly out: readonly number[];
}

interface Measured {
  readonly name: string;
  readonly in: number[];
  readonly out: number[];
  last: Counters;
  at: number;
}

/** Most values kept for one plot. */
const kept = 120;

/** Turns counters into rates. */
export class RateMeter {
  readonly #series = new Map<string, Measured>();

  /** What was measured so far. */
  get series(): readonly Series[] {
    return [...this.#series.values()].filter((one) => one.in.length > 0);
  }

  /** All drives or interfaces together, as far back as each of them goes. */
  get total(): Series {
    return {
      name: 'total',
      in: addUp(this.series.map((one) => one.in)),
      out: addUp(this.series.map((one) => one.out)),
    };
  }

  /**
   * Takes counters in.
   *
   * @param now milliseconds of a clock that does not jump.
   * @returns the rates since the last time; none for what is new.
   */
  update(counters: readonly Counters[], now: number): Rate[] {
    return counters.flatMap((one) => this.#measure(one, now) ?? []);
  }

  #measure(counters: Counters, now: number): Rate | undefined {
    const { name } = counters;
    const series = this.#series.get(name);
    if (series === undefined) {
      this.#series.set(name, { name, in: [], out: [], last: counters, at: now });
      return undefined;
    }
    const seconds = (now - series.at) / 1000;
    if (seconds <= 0) return undefined;
    // Counters start again at 0 when a medium is changed or a guest restarted.
    const rate = {
      name,
      in: Math.max(0, counters.in - series.last.in) / seconds,
      out: Math.max(0, counters.out - series.last.out) / seconds,
    };
    series.last = counters;
    series.at = now;
    push(series.in, rate.in);
    push(series.out, rate.out);
    return rate;
  }
}

/** The counters of drives, from the reply of `query-blockstats`: what the guest has read (in) and written (out). */
export function diskCounters(stats: JsonValue | undefined): Counters[] {
  return asList(stats).flatMap((drive) => {
    const name = driveName(drive);
    if (name === '?') return [];
    return [{ name, in: bytes(drive, 'stats', 'rd_bytes'), out: bytes(drive, 'stats', 'wr_bytes') }];
  });
}

/**
 * The counters of a guest's interfaces, from the reply of the guest agent's `guest-network-get-interfaces`: received (in)
 * and sent (out). QEMU itself counts no network traffic. The loopback is left out.
 */
export function networkCounters(interfaces: JsonValue | undefined): Counters[] {
  return asList(interfaces).flatMap((one) => {
    const name = asText(member(one, 'name'));
    if (name === undefined || name === 'lo' || member(one, 'statistics') === undefined) return [];
    return [{ name, in: bytes(one, 'statistics', 'rx-bytes'), out: bytes(one, 'statistics', 'tx-bytes') }];
  });
}

/** Adds lists from their ends: the newest values belong together. */
function addUp(lists: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, index) =>
    lists.reduce((sum, list) => sum + (list[list.length - length + index] ?? 0), 0),
  );
}

function bytes(value: JsonValue, ...path: readonly string[]): number {
  return Number(asCount(member(value, ...path)) ?? 0);
}

function push(values: number[], value: number): void {
  values.push(value);
  if (values.length > kept) values.shift();
}
