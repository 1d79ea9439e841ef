import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { WatchdogAction } from '#src/api/index.js';
import { Bench } from './bench.js';

let bench: Bench;
afterEach(() => bench.stop());

/** A guest whose watchdog runs out. */
async function barks(action: WatchdogAction): Promise<void> {
  bench = await Bench.start();
  await bench.client.execute('watchdog-set-action', { action });
  bench.guest.type('watchdog 0');
  await bench.guest.says('> ');
  bench.guest.events.length = 0;
  // The start port of an ib700: 30 seconds less twice 15.
  await bench.machine.emulator.writePort(0x443, 1, 15);
  assert.deepEqual((await bench.guest.event('WATCHDOG')).data, { action });
}

describe('what a watchdog does that ran out', () => {
  test('reset: the guest starts anew', async () => {
    await barks('reset');
    await bench.guest.event('RESET');
    assert.deepEqual(bench.guest.events.at(-1)?.data, { guest: true, reason: 'guest-reset' });
    await bench.guest.says('embedded PC');
  });

  test('shutdown: its power button is pressed', async () => {
    await barks('shutdown');
    assert.equal(await bench.machine.finished, 0);
    assert.deepEqual(bench.guest.eventNames, ['WATCHDOG', 'POWERDOWN', 'SHUTDOWN']);
    assert.deepEqual(bench.guest.events.at(-1)?.data, { guest: true, reason: 'guest-shutdown' });
  });

  test('poweroff: the machine is over at once', async () => {
    await barks('poweroff');
    assert.equal(await bench.machine.finished, 0);
    assert.deepEqual(bench.guest.eventNames, ['WATCHDOG']);
  });

  test('pause: it stands still', async () => {
    await barks('pause');
    await bench.guest.event('STOP');
    assert.equal((await bench.client.execute('query-status')).status, 'watchdog');
    await bench.client.execute('cont');
    assert.equal((await bench.client.execute('query-status')).status, 'running');
  });

  for (const action of ['none', 'debug'] as const)
    test(`${action}: it goes on`, async () => {
      await barks(action);
      bench.guest.type('echo on');
      await bench.guest.says('on\r\non\r\n');
      assert.deepEqual(bench.guest.eventNames, ['WATCHDOG']);
      assert.equal(bench.machine.state, 'running');
    });

  test('inject-nmi: it is interrupted', async () => {
    await barks('inject-nmi');
    await bench.guest.says('non-maskable interrupt');
  });
});
