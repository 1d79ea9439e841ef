import type { QmpClient } from 'qmp';
import { type JsonValue, stringify } from 'qmp/json';
import type { Invocation } from '../cli/command-spec.js';
import { exitCode } from '../cli/exit-code.js';
import { UsageError } from '../cli/failure.js';
import { interruptible, pause } from '../cli/interrupt.js';
import { withClient } from '../cli/open-client.js';
import { flag, secondsOption } from '../cli/options.js';
import { byteSize, printable } from '../output/printable.js';
import { sparkline, unicodeTerminal } from '../output/sparkline.js';
import { type Theme, themeFor } from '../output/theme.js';
import { collectFacts } from './collect.js';
import { RateMeter } from './rates.js';
import { renderFacts } from './render.js';

/** `--watch`: shows a machine again and again, with what its disks carry, until Ctrl-C or the connection is lost. */
export async function watch(call: Invocation, addresses: readonly string[]): Promise<number> {
  const [address, another] = addresses;
  if (address === undefined || another !== undefined) throw new UsageError('--watch follows one machine at a time');
  const interval = secondsOption(call, 'interval') ?? 2000;
  return withClient(call, address, (client) =>
    interruptible(async (signal) => {
      const meter = new RateMeter();
      while (!signal.aborted) {
        await look(call, client, address, meter);
        await pause(interval, signal);
      }
      return exitCode.done;
    }),
  );
}

async function look(call: Invocation, client: QmpClient, address: string, meter: RateMeter): Promise<void> {
  const { output, env } = call.io;
  const [facts, stats] = await Promise.all([
    collectFacts(address, (command, args) => client.execute(command, args)),
    client.execute('query-blockstats').catch(() => []),
  ]);
  const rates = meter.update(stats, performance.now());
  if (flag(call, 'json')) {
    output.write(`${stringify({ ...facts, rates } as unknown as JsonValue)}\n`);
    return;
  }
  const theme = themeFor(output, env);
  const text = renderFacts(facts, theme) + renderRates(meter, theme, output.columns ?? 80, env);
  output.write(output.isTTY === true ? `\u001b[H\u001b[J${text}` : `${text}\n`);
}

function renderRates(meter: RateMeter, theme: Theme, columns: number, env: NodeJS.ProcessEnv): string {
  const lines = meter.series.map(({ device, read, written }) => {
    const room = Math.max(0, Math.min(30, Math.floor((columns - 50) / 2)));
    const plot = (values: readonly number[]): string => sparkline(values, room, unicodeTerminal(env));
    const rate = (values: readonly number[]): string => `${byteSize(Math.round(values.at(-1) ?? 0))}/s`.padStart(11);
    const reads = `read ${rate(read)} ${theme.good(plot(read))}`;
    return `${theme.name(printable(device).padEnd(11))}${reads} write ${rate(written)} ${theme.warning(plot(written))}`;
  });
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
}
