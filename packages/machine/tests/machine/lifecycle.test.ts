import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createMachine } from 'qmp-machine';
import { Machine } from '#src/machine/machine.js';
import { loadFirmware, startNodeThread, wasmPath } from '#src/machine/node-thread.js';
import { Guest } from './guest.js';

const ROUNDS = 100;
const AT_ONCE = 4;
/** What a garbage collector that has not run yet may leave. */
const SLACK = 64 << 20;

function handles(): string[] {
  return process.getActiveResourcesInfo().sort();
}

async function round(): Promise<void> {
  const machine = await createMachine({ memory: 4 << 20 });
  await machine.resume();
  await machine.destroy();
}

test('after a hundred machines, handles and memory are where they were', { timeout: 240_000 }, async () => {
  await round();
  const before = { handles: handles(), memory: process.memoryUsage().rss };
  for (let done = 0; done < ROUNDS; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, round));
  // A timer that another part of the process uses for a moment is not ours to judge: what stays is.
  for (let left = 100; left > 0 && handles().length > before.handles.length; left--) await setTimeout(50);
  assert.deepEqual(handles(), before.handles);
  const grown = process.memoryUsage().rss - before.memory;
  assert.ok(grown < SLACK, `memory grew by ${Math.round(grown / 1048576)} MiB`);
});

test('destroying a machine twice, or while its guest is busy, ends it once', async () => {
  const machine = await createMachine({ memory: 16 << 20 });
  const guest = new Guest(machine);
  await machine.resume();
  await guest.says('> ');
  guest.type('busy');
  await guest.says('busy until');
  await Promise.all([machine.destroy(), machine.destroy()]);
  assert.equal(await machine.finished, 0);
});

test('a thread that dies leaves a machine in an internal error, which a reset repairs', async () => {
  let kill: () => Promise<void> = async () => {};
  const machine = await Machine.create({
    emulator: {
      wasmPath: wasmPath(),
      firmware: loadFirmware(),
      memory: 16 << 20,
      serialPorts: 1,
      media: {},
      bootSource: 'built-in',
      bootOrder: [],
    },
    startThread: (listener) => {
      const thread = startNodeThread(listener);
      kill = async () => {
        await thread.terminate();
        listener.died(new Error('killed by the test'));
      };
      return thread;
    },
  });
  try {
    const guest = new Guest(machine);
    await machine.resume();
    await guest.says('> ');
    await kill();
    await guest.event('STOP');
    assert.equal(machine.state, 'internal-error');
    assert.throws(() => machine.captureScreen(), /reset the machine/);
    await machine.reset();
    assert.equal(machine.state, 'prelaunch');
    guest.output = '';
    await machine.resume();
    await guest.says('embedded PC');
  } finally {
    await machine.destroy();
  }
});
