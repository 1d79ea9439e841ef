import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { commandError, createHumanMonitor, type HumanCommand } from 'qmp/monitor';
import { below, fuzzSeconds, makeRandom, pick, type Random } from '../json/random.js';
import { RealMonitor } from '../json/real-monitor.js';
import { version } from './client.js';

const numbers = [
  '1',
  '0',
  '0x10',
  '010',
  '08',
  '0x',
  '255',
  '9223372036854775808',
  '18446744073709551616',
  "'a'",
  "'a",
  "'",
];
const others = ['$eax', 'abc', '1k', '', '(', ')', 'é', '\u00a0', '1e3', '"x"', '_', '\0'];
const operators = ['+', '-', '*', '/', '%', '&', '|', '^', '<<', ' ', '\t', ',', ')', '~', '!'];
const formats = [
  '',
  '/x',
  '/d',
  '/u',
  '/o',
  '/c',
  '/i',
  '/s',
  '/4x',
  '/4xb',
  '/bx',
  '/z',
  '/',
  '/ x',
  '/x/d',
  '/-1x',
  '/L',
];

function expression(random: Random, depth = 0): string {
  const kind = below(random, 10);
  if (depth > 3 || kind < 4) return pick(random, kind === 0 ? others : numbers);
  if (kind < 6) return `(${expression(random, depth + 1)})`;
  if (kind < 7) return pick(random, ['-', '+', '~', '- ']) + expression(random, depth + 1);
  return expression(random, depth + 1) + pick(random, operators) + expression(random, depth + 1);
}

const sizes = [
  '1',
  '0',
  '010',
  '0x10',
  '1.5',
  '1.',
  '.5',
  '-1',
  '+1',
  '16777216',
  '18446744073709551616',
  '1e',
  'x',
  '',
];
const units = ['', '', 'b', 'k', 'K', 'M', 'g', 'T', 'P', 'E', 'x', 'kk', ' k', 'e3', '.'];

/** A command that does nothing here but take its argument. */
function argument(random: Random): string {
  const kind = below(random, 3);
  if (kind === 0) return `block_resize x ${pick(random, sizes)}${pick(random, units)}`;
  return `${kind === 1 ? 'cpu' : 'balloon'} ${expression(random)}`;
}

function line(random: Random): string {
  const front = pick(random, ['', '', '', ' ', '\t']);
  if (below(random, 4) === 0) return front + argument(random);
  if (below(random, 5) === 0) {
    const words = [
      'help',
      '?',
      'nosuch',
      'nosuch/x',
      '"help"',
      'HELP',
      '/',
      'info nosuch',
      'help nosuch',
      'help info nosuch',
    ];
    return front + pick(random, words) + pick(random, [' nosuch', ' zz', ' "zz', '/zz', '\nzz\n', ' "a\\zb"']);
  }
  return `${front}${pick(random, ['print', 'p'])}${pick(random, formats)}${pick(random, [' ', ' ', '\t', ''])}${expression(random)}`;
}

const commands: HumanCommand[] = [
  {
    name: 'balloon',
    help: '',
    parameters: [{ name: 'value', type: 'mebibytes' }],
    handler: () => {
      throw commandError('No balloon device has been activated');
    },
  },
  {
    name: 'block_resize',
    help: '',
    parameters: [
      { name: 'device', type: 'device' },
      { name: 'size', type: 'size' },
    ],
    handler: ({ device }) => {
      throw commandError(`Cannot find device='${String(device)}' nor node-name=''`);
    },
  },
];

/** QEMU dies of a division of the least integer by -1. Only this number is, or wraps to, the least one. */
function mayEndQemu(text: string): boolean {
  const expression = text.replace(/^\s*\w+(?:\/\S*)?/, '');
  return expression.includes('9223372036854775808') && /[/%]/.test(expression);
}

test('random lines are read as real QEMU reads them, byte for byte', async (context) => {
  const real = new RealMonitor();
  const ours = createHumanMonitor({ version, commands, cpus: () => 0 });
  let rounds = 0;
  try {
    await real.exchange(Buffer.from('{"execute": "qmp_capabilities"}'), '{"return": {}}\r\n');
    const stop = performance.now() + fuzzSeconds * 1000;
    for (; performance.now() < stop; rounds++) {
      const seed = Number(process.env.QMP_FUZZ_SEED ?? below(Math.random, 2 ** 32));
      const text = line(makeRandom(seed));
      if (mayEndQemu(text)) continue;
      // A format stays for later lines: each begins with the same one.
      await ours.execute('print/xw 0');
      const ask = (each: string) =>
        JSON.stringify({ execute: 'human-monitor-command', arguments: { 'command-line': each } });
      await real.exchange(Buffer.from(ask('print/xw 0')), '{"return": "0\\r\\n"}\r\n');
      const marker = `, "id": ${seed}}\r\n`;
      const reply = await real.exchange(Buffer.from(`${ask(text).slice(0, -1)}, "id": ${seed}}`), marker);
      // What QEMU says of quotes goes to its standard output, which here is the monitor's too.
      const { return: expected } = JSON.parse(`${reply.slice(reply.indexOf('{"return"'))}}`) as { return: string };
      const told = (await ours.execute(text)).replaceAll('\n', '\r\n');
      equal(told, expected, `QMP_FUZZ_SEED=${seed}: ${JSON.stringify(text)}`);
    }
  } finally {
    await real.close();
  }
  ok(rounds > 0);
  context.diagnostic(`${rounds} lines`);
});
