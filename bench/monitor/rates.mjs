/**
 * Our monitor beside QEMU's and beside the least a Node server does: medians of interleaved rounds.
 *
 *   node bench/monitor/rates.mjs [ROUNDS] [POLL]
 *
 * Needs gcc and qemu-system-x86_64. Each bar is a ratio taken inside a round. POLL is how many milliseconds
 * our monitor looks for more input before it sleeps, 0.1 without it; 0 shows what being woken up costs.
 *
 * Commands are sent to servers that run since the first round. Greetings are given by servers that have just started, as
 * those are whose clients come once: there an engine still interprets what it compiles for the thousands that come later.
 */
import { median } from '../lib/rounds.mjs';
import { startServers } from './servers.mjs';

const rounds = Number(process.argv[2] ?? 7);
/** What is measured: mode, how often for QEMU and for the others, the rest of the command line, and the bars. */
const tests = {
  'query-status, one at a time': { mode: 'seq', slow: 1000, fast: 4000, qemu: 5, minimal: 0.8 },
  'query-status, window of eight': { mode: 'window', slow: 1000, fast: 20_000, qemu: 20, minimal: 0.7 },
  'query-status, bursts': { mode: 'burst', slow: 1280, fast: 200_000, qemu: 60, minimal: 0.5 },
  'query-qmp-schema': { mode: 'seq', slow: 10, fast: 200, extra: 'query-qmp-schema', qemu: 20 },
  '1 MB string argument': { mode: 'argument', slow: 1, fast: 10, extra: 1_000_000, qemu: 250 },
  'stop and cont with their events': { mode: 'toggle', slow: 1280, fast: 60_000, qemu: 40 },
  'greeting to first reply': { mode: 'greet', slow: 300, fast: 300, qemu: 1, figure: 'median', fresh: true },
};

const start = () => startServers({ poll: Number(process.argv[3] ?? 0.1) });
let servers = await start();
try {
  for (const [title, test] of Object.entries(tests)) {
    const { mode, extra, figure = 'perSecond' } = test;
    const figures = Object.fromEntries(servers.names.map((name) => [name, []]));
    for (let round = -1; round < rounds; round++) {
      if (test.fresh) {
        await servers.stop();
        servers = await start();
      }
      for (const name of servers.names) {
        // QEMU needs four seconds for a megabyte: a third of the rounds is enough.
        if (mode === 'argument' && name === 'qemu' && round % 3 !== 0) continue;
        const result = servers.run(name, mode, name === 'qemu' ? test.slow : test.fast, extra);
        const value = figure === 'median' ? 1e6 / result.median : result.perSecond;
        if (round >= 0) figures[name].push(value);
      }
    }
    const ratio = (other) =>
      median(figures.ours.map((value, round) => value / (figures[other][round] ?? median(figures[other]))));
    const line = [`${title.padEnd(33)} ours ${median(figures.ours).toFixed(1).padStart(10)}/s`];
    for (const other of ['qemu', 'minimal']) {
      const bar =
        test[other] === undefined ? '' : ` (bar ${test[other]}${ratio(other) >= test[other] ? '' : ', MISSED'})`;
      line.push(`${other} ${median(figures[other]).toFixed(1).padStart(9)}/s, ${ratio(other).toFixed(2)} x${bar}`);
    }
    console.log(line.join('  '));
  }
} finally {
  await servers.stop();
}
