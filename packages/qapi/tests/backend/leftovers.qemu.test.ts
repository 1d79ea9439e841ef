import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { compileValidators, type SchemaTable } from 'qapi';

const TABLE = new URL('../../../../conformance/qemu-7.2/system.table.json', import.meta.url);
const COMMANDS: Record<string, Record<string, unknown>> = {
  'query-name': {},
  'set-action': { reboot: 'reset', panic: 'none', shutdown: 'poweroff', watchdog: 'none' },
  'query-stats': { target: 'vm' },
  'object-del': { id: 'none' },
};

/** A real monitor on an inherited socket. */
function startQemu() {
  const argv = [
    '-M',
    'none',
    '-nodefaults',
    '-display',
    'none',
    '-chardev',
    'socket,id=m,fd=3',
    '-mon',
    'chardev=m,mode=control',
  ];
  const child = spawn('qemu-system-x86_64', argv, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const socket = child.stdio[3] as Duplex;
  let text = '';
  const waiting: ((line: string) => void)[] = [];
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      waiting.shift()?.(text.slice(0, end));
      text = text.slice(end + 2);
    }
  });
  const next = () => new Promise<string>((resolve) => waiting.push(resolve));
  const execute = async (name: string, args: object) => {
    const reply = next();
    socket.write(`${JSON.stringify({ execute: name, arguments: args })}\n`);
    return JSON.parse(await reply) as { error?: { desc: string } };
  };
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    // What a killed process leaves unread resets the connection.
    socket.on('error', () => {});
    child.kill('SIGKILL');
    await gone;
    socket.destroy();
  };
  return { greeting: next(), execute, stop };
}

/** Repeatable numbers below a bound. */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % bound;
  };
}

test('of many unexpected members the one is named that real QEMU names', async () => {
  const validators = compileValidators(JSON.parse(readFileSync(TABLE, 'utf8')) as SchemaTable);
  const seed = Date.now() & 0xffff;
  const random = randomNumbers(seed);
  const word = () =>
    Array.from({ length: 1 + random(8) }, () => 'abcdefghijklmnopqrstuvwxyz-_éß漢'[random(31)]).join('');
  const qemu = startQemu();
  try {
    await qemu.greeting;
    await qemu.execute('qmp_capabilities', {});
    for (let round = 0; round < 200; round++) {
      const name = Object.keys(COMMANDS)[random(4)] ?? '';
      const known = COMMANDS[name] ?? {};
      const words = [...Object.keys(known), ...Array.from({ length: 1 + random(1 + (round % 40)) }, word)];
      words.sort(() => random(2) - 0.5);
      const args = Object.fromEntries(words.map((key) => [key, known[key] ?? 1]));
      const { error } = await qemu.execute(name, args);
      assert.equal(validators.get(name)?.(args), error?.desc, `seed ${seed}, ${name} ${JSON.stringify(args)}`);
    }
  } finally {
    await qemu.stop();
  }
});
