import { byteSize, printable } from '../output/printable.js';
import { sparkline } from '../output/sparkline.js';
import { table } from '../output/table.js';
import type { Theme } from '../output/theme.js';
import type { Rate, Series } from './rates.js';
import type { FailedVm } from './render.js';
import type { Look, WatchedVm } from './watched.js';

/** What there is to draw on. */
export interface Space {
  readonly columns: number;
  /** The locale has more than ASCII. */
  readonly unicode: boolean;
}

/** The throughput of one machine: a line for each of its drives, and of its interfaces where an agent tells. */
export function plots(vm: WatchedVm, theme: Theme, { columns, unicode }: Space): string {
  const all = [...vm.disks.series, ...vm.network.series];
  if (all.length === 0) return '';
  const width = Math.min(24, Math.max(...all.map(({ name }) => name.length))) + 2;
  const room = Math.max(0, Math.min(30, Math.floor((columns - width - 38) / 2)));
  const line = (one: Series, into: string, outOf: string): string => {
    const reads = `${into} ${speed(one.in.at(-1)).padStart(11)} ${theme.good(sparkline(one.in, room, unicode).padEnd(room))}`;
    const writes = `${outOf} ${speed(one.out.at(-1)).padStart(11)} ${theme.warning(sparkline(one.out, room, unicode))}`;
    return `${theme.name(
      printable(one.name)
        .slice(0, width - 2)
        .padEnd(width),
    )}${reads}  ${writes}`.trimEnd();
  };
  const lines = [
    ...vm.disks.series.map((one) => line(one, 'read', 'write')),
    ...vm.network.series.map((one) => line(one, 'recv', 'send ')),
  ];
  return `\n${lines.join('\n')}\n`;
}

/** Several machines, a line each, with what their disks carry together. */
export async function watchTable(
  seen: readonly (Look | FailedVm)[],
  watched: readonly WatchedVm[],
  theme: Theme,
  { columns, unicode }: Space,
): Promise<string> {
  const rows = seen.map((one) => {
    if (!('facts' in one)) return [one.address, one.failure, '', '', ''];
    const { address, status = '', name = '' } = one.facts;
    return [address, status, name, speed(sum(one.disks, 'in')), speed(sum(one.disks, 'out'))];
  });
  const head = ['ADDRESS', 'STATUS', 'NAME', 'READ', 'WRITE'];
  // The failure of a machine is broken into lines, so that the plots of the others keep their place.
  const alive = rows.filter((_, index) => 'facts' in (seen[index] ?? {}));
  const addresses = rows.map(([address = '']) => address.length);
  const widths = head.map((title, index) =>
    Math.max(title.length, ...alive.map((row) => (row[index] ?? '').length), ...(index === 0 ? addresses : [12])),
  );
  // What the words leave of the line is for the two plots, with their gaps.
  const left = columns - widths.reduce((total, width) => total + width + 2, 0);
  const room = Math.min(30, Math.floor(left / 2) - 2);
  if (room < 5) return `${await table(head, rows, theme, columns)}\n`;
  const drawn = rows.map(([address = '', status = '', name = '', read = '', write = ''], index) => {
    const total =
      'facts' in (seen[index] ?? {}) ? watched.find((vm) => vm.address === address)?.disks.total : undefined;
    const draw = (values: readonly number[] = []): string => sparkline(values, room, unicode).padEnd(room);
    return [address, status, name, read, draw(total?.in), write, draw(total?.out)];
  });
  return `${await table(['ADDRESS', 'STATUS', 'NAME', 'READ', '', 'WRITE', ''], drawn, theme, columns)}\n`;
}

function sum(rates: readonly Rate[], way: 'in' | 'out'): number {
  return rates.reduce((total, rate) => total + rate[way], 0);
}

function speed(rate = 0): string {
  return `${byteSize(Math.round(rate))}/s`;
}
