import type { JsonValue } from 'qmp/json';
import { asCount, asList, asText, member } from './read-json.js';

/** Bytes a second of one drive. */
export interface DiskRate {
  readonly device: string;
  readonly read: number;
  readonly written: number;
}

interface Series {
  readonly device: string;
  readonly read: number[];
  readonly written: number[];
  last: { readonly at: number; readonly read: number; readonly written: number };
}

/** Most values kept for one plot. */
const kept = 120;

/** Turns the counters of `query-blockstats` into rates. */
export class RateMeter {
  readonly #series = new Map<string, Series>();

  /** What was measured so far, oldest first. */
  get series(): readonly Series[] {
    return [...this.#series.values()].filter((one) => one.read.length > 0);
  }

  /** @param now milliseconds of a clock that does not jump. */
  update(stats: JsonValue, now: number): DiskRate[] {
    const rates: DiskRate[] = [];
    for (const drive of asList(stats)) {
      const name =
        asText(member(drive, 'device')) || asText(member(drive, 'qdev')) || asText(member(drive, 'node-name'));
      if (name === undefined) continue;
      const read = Number(asCount(member(drive, 'stats', 'rd_bytes')) ?? 0);
      const written = Number(asCount(member(drive, 'stats', 'wr_bytes')) ?? 0);
      const rate = this.#measure(name, { at: now, read, written });
      if (rate !== undefined) rates.push(rate);
    }
    return rates;
  }

  #measure(device: string, counters: Series['last']): DiskRate | undefined {
    const series = this.#series.get(device);
    if (series === undefined) {
      this.#series.set(device, { device, read: [], written: [], last: counters });
      return undefined;
    }
    const seconds = (counters.at - series.last.at) / 1000;
    if (seconds <= 0) return undefined;
    // Counters start again at 0 when a medium is changed.
    const read = Math.max(0, counters.read - series.last.read) / seconds;
    const written = Math.max(0, counters.written - series.last.written) / seconds;
    series.last = counters;
    push(series.read, read);
    push(series.written, written);
    return { device, read, written };
  }
}

function push(values: number[], value: number): void {
  values.push(value);
  if (values.length > kept) values.shift();
}
