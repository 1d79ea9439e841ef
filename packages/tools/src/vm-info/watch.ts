import { type JsonObject, type JsonValue, stringify } from 'qmp/json';
import type { Invocation } from '../cli/command-spec.js';
import { exitCode } from '../cli/exit-code.js';
import { exitCodeOf, UsageError } from '../cli/failure.js';
import { interruptible, pause } from '../cli/interrupt.js';
import { flag, secondsOption, textOption } from '../cli/options.js';
import { columnsOf } from '../cli/put.js';
import { height } from '../output/printable.js';
import { unicodeTerminal } from '../output/sparkline.js';
import { themeFor } from '../output/theme.js';
import { plots, watchTable } from './plots.js';
import { type FailedVm, renderFacts } from './render.js';
import { type Look, WatchedVm } from './watched.js';

type Seen = Look | FailedVm;

/**
 * `--watch`: shows machines again and again, with what their disks carry, until Ctrl-C. One machine is shown whole and
 * its loss is the end; of several each has a line, and the loss of the last is the end.
 */
export async function watch(call: Invocation, addresses: readonly string[]): Promise<number> {
  const interval = secondsOption(call, 'interval') ?? 2000;
  const agent = textOption(call, 'agent');
  if (agent !== undefined && addresses.length > 1) throw new UsageError('--agent belongs to one machine');
  const lost = new Map<string, FailedVm & { readonly code: number }>();
  const watched: WatchedVm[] = [];
  const guarded = async <T>(address: string, action: () => Promise<T>): Promise<T | FailedVm> => {
    try {
      return await action();
    } catch (error) {
      if (addresses.length === 1) throw error;
      const failure = error instanceof Error ? error.message : String(error);
      const failed = { address, failure, code: exitCodeOf(error) };
      lost.set(address, failed);
      return failed;
    }
  };
  const open = async (address: string): Promise<number> => watched.push(await WatchedVm.open(call, address, agent));
  const look = (address: string): Promise<Seen> => {
    const vm = watched.find((one) => one.address === address);
    const failed = lost.get(address);
    if (failed !== undefined || vm === undefined) return Promise.resolve(failed ?? { address, failure: 'lost' });
    return guarded(address, () => vm.look());
  };
  return interruptible(async (signal) => {
    try {
      await Promise.all(addresses.map((address) => guarded(address, () => open(address))));
      while (!signal.aborted) {
        const seen = await Promise.all(addresses.map(look));
        await show(call, seen, watched);
        if (lost.size === new Set(addresses).size) return Math.max(...[...lost.values()].map(({ code }) => code));
        await pause(interval, signal);
      }
      return exitCode.done;
    } finally {
      for (const vm of watched) vm[Symbol.dispose]();
    }
  });
}

async function show(call: Invocation, seen: readonly Seen[], watched: readonly WatchedVm[]): Promise<void> {
  const { output, env } = call.io;
  if (flag(call, 'json')) {
    for (const one of seen) output.write(`${stringify(asJson(one))}\n`);
    return;
  }
  const theme = themeFor(output, env);
  const [one] = seen;
  const [vm] = watched;
  const whole = seen.length === 1 && one !== undefined && 'facts' in one && vm !== undefined;
  const space = { columns: columnsOf(call), unicode: unicodeTerminal(env) };
  const text = whole
    ? fitting(renderFacts(one.facts, theme), plots(vm, theme, space), output)
    : await watchTable(seen, watched, theme, space);
  output.write(output.isTTY === true ? `\u001b[H\u001b[J${text}` : `${text}\n`);
}

/** Facts and plots on one screen: of what does not fit, the last facts give way. */
function fitting(facts: string, drawn: string, { isTTY, rows, columns }: NodeJS.WriteStream): string {
  if (isTTY !== true) return facts + drawn;
  const room = rows - height(drawn, columns) - 1;
  const lines = facts.trimEnd().split('\n');
  while (lines.length > 1 && height(lines.join('\n'), columns) > room) lines.pop();
  return `${lines.join('\n')}\n${drawn}`;
}

function asJson(seen: Seen): JsonValue {
  if (!('facts' in seen)) return { address: seen.address, failure: seen.failure };
  const { facts, disks, network } = seen;
  const rates = disks.map(({ name, in: read, out: written }) => ({ device: name, read, written }));
  const shown = { ...(facts as unknown as JsonObject), rates };
  if (facts.agent === undefined) return shown;
  return {
    ...shown,
    networkRates: network.map(({ name, in: received, out: sent }) => ({ interface: name, received, sent })),
  };
}
