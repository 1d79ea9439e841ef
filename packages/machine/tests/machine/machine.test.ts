import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { createMachine, type Machine, type MachineOptions } from 'qmp-machine';
import { Guest } from './guest.js';

const machines: Machine[] = [];

async function boot(options: MachineOptions = {}): Promise<Guest> {
  const machine = await createMachine({ memory: 16 << 20, ...options });
  machines.push(machine);
  const guest = new Guest(machine);
  await machine.resume();
  await guest.says('> ');
  return guest;
}

async function destroyAll(): Promise<void> {
  for (const machine of machines.splice(0)) await machine.destroy();
}

beforeEach(destroyAll);
after(destroyAll);

describe('the built-in guest', () => {
  test('shows a banner on the serial port and obeys commands', async () => {
    const guest = await boot();
    assert.match(guest.output, /^QMP for TypeScript: embedded PC\r\n/);
    guest.type('mem');
    await guest.says('16384 KiB');
    guest.type('nonsense');
    await guest.says('unknown command');
  });

  test('takes what is typed on the keyboard', async () => {
    const guest = await boot();
    guest.output = '';
    // "Hi" with shift, then Enter, as `echo` has it
    await guest.machine.scancodes([0x12, 0x92, 0x2e, 0xae, 0x23, 0xa3, 0x18, 0x98, 0x39, 0xb9]);
    await guest.machine.scancodes([0x2a, 0x23, 0xa3, 0xaa, 0x17, 0x97, 0x1c, 0x9c]);
    await guest.says('echo Hi\r\nHi\r\n');
  });

  test('draws its text on the screen with a real font', async () => {
    const guest = await boot();
    const { width, height, rgb } = await guest.machine.captureScreen();
    assert.deepEqual([width, height], [720, 400]);
    // The first letter of the banner is a Q: its upper edge is three dots wide in the middle.
    const row = Array.from({ length: 9 }, (_, x) => (rgb[x * 3] ? '#' : '.')).join('');
    assert.equal(row, '..####...');
  });

  test('shows a picture in graphics mode', async () => {
    const guest = await boot();
    guest.type('gfx');
    await guest.says('until a key');
    for (;;) {
      const { width, height, rgb } = await guest.machine.captureScreen();
      // Drawn when the last dot has its colour.
      if (width === 320 && height === 200 && rgb[(320 * 200 - 1) * 3] !== 0) break;
    }
    guest.type('');
    await guest.says('text again');
  });
});

describe('run state', () => {
  test('a new machine waits before its first instruction', async () => {
    const machine = await createMachine({ memory: 16 << 20 });
    machines.push(machine);
    assert.equal(machine.state, 'prelaunch');
    await machine.pause();
    assert.equal(machine.state, 'prelaunch');
  });

  test('stop and cont change the state once and raise one event each', async () => {
    const guest = await boot();
    await guest.machine.pause();
    await guest.machine.pause();
    assert.equal(guest.machine.state, 'paused');
    await guest.machine.resume();
    await guest.machine.resume();
    assert.equal(guest.machine.state, 'running');
    assert.deepEqual(guest.eventNames, ['RESUME', 'STOP', 'RESUME']);
  });

  test('a stopped guest does nothing until it is resumed', async () => {
    const guest = await boot();
    await guest.machine.pause();
    guest.type('echo later');
    await guest.machine.captureScreen();
    assert.equal(guest.output, '');
    await guest.machine.resume();
    await guest.says('later\r\nlater');
  });

  test('stopping and resuming in a row never gets stuck', async () => {
    const guest = await boot();
    for (let round = 0; round < 50; round++) {
      await guest.machine.pause();
      await guest.machine.resume();
    }
    guest.type('echo alive');
    await guest.says('alive\r\nalive');
  });
});

describe('power', () => {
  test('a reset from the host starts the guest anew', async () => {
    const guest = await boot();
    guest.output = '';
    await guest.machine.reset();
    await guest.says('embedded PC');
    assert.deepEqual(guest.events.at(-1), {
      name: 'RESET',
      data: { guest: false, reason: 'host-qmp-system-reset' },
    });
  });

  for (const cause of ['reset', 'triple'])
    test(`the guest resets itself by ${cause}`, async () => {
      const guest = await boot();
      guest.type(cause);
      await guest.says('embedded PC');
      assert.deepEqual(await guest.event('RESET'), { name: 'RESET', data: { guest: true, reason: 'guest-reset' } });
      assert.equal(guest.machine.state, 'running');
    });

  test('a reset with reboot=shutdown is a shutdown', async () => {
    const guest = await boot({ actions: { reboot: 'shutdown' } });
    guest.type('reset');
    assert.equal(await guest.machine.finished, 0);
    assert.deepEqual(guest.events.at(-1), { name: 'SHUTDOWN', data: { guest: true, reason: 'guest-reset' } });
  });

  test('the power button makes the guest turn itself off', async () => {
    const guest = await boot();
    guest.output = '';
    await guest.machine.powerButton();
    assert.equal(await guest.machine.finished, 0);
    assert.match(guest.output, /power button: good-bye/);
    assert.deepEqual(guest.events.slice(1), [
      { name: 'POWERDOWN' },
      { name: 'SHUTDOWN', data: { guest: true, reason: 'guest-shutdown' } },
    ]);
  });

  test('a power button pressed before the guest listens is not lost', async () => {
    const machine = await createMachine({ memory: 16 << 20 });
    machines.push(machine);
    await machine.powerButton();
    await machine.resume();
    assert.equal(await machine.finished, 0);
  });

  test('with shutdown=pause the machine stays, and only a reset helps', async () => {
    const guest = await boot({ actions: { shutdown: 'pause' } });
    guest.type('poweroff');
    await guest.event('STOP');
    assert.deepEqual(guest.eventNames, ['RESUME', 'SHUTDOWN', 'STOP']);
    assert.equal(guest.machine.state, 'shutdown');
    await assert.rejects(guest.machine.resume(), { message: 'Resetting the Virtual Machine is required' });
    await guest.machine.reset();
    assert.equal(guest.machine.state, 'prelaunch');
    guest.output = '';
    await guest.machine.resume();
    await guest.says('embedded PC');
  });

  test('a panic of the guest ends the machine, or pauses it', async () => {
    const off = await boot();
    off.type('panic');
    assert.equal(await off.machine.finished, 0);
    assert.deepEqual(off.events.slice(1), [
      { name: 'GUEST_PANICKED', data: { action: 'poweroff' } },
      { name: 'STOP' },
      { name: 'SHUTDOWN', data: { guest: true, reason: 'guest-panic' } },
    ]);
    const pause = await boot({ actions: { panic: 'pause' } });
    pause.type('panic');
    await pause.event('STOP');
    assert.deepEqual(pause.events.slice(1), [{ name: 'GUEST_PANICKED', data: { action: 'pause' } }, { name: 'STOP' }]);
    assert.equal(pause.machine.state, 'guest-panicked');
  });

  test('quit ends the machine without asking the guest', async () => {
    const guest = await boot();
    guest.machine.quit();
    assert.equal(await guest.machine.finished, 0);
    assert.deepEqual(guest.events.at(-1), { name: 'SHUTDOWN', data: { guest: false, reason: 'host-qmp-quit' } });
  });
});

describe('a machine among others', () => {
  test('a busy guest does not keep the host from answering', async () => {
    const busy = await boot();
    busy.type('busy');
    await busy.says('busy until');
    const idle = await boot();
    idle.type('echo hello');
    await idle.says('hello\r\nhello');
    await busy.machine.pause();
    assert.equal(busy.machine.state, 'paused');
  });

  test('no such amount of memory', () => {
    assert.throws(() => createMachine({ memory: 1000 }), RangeError);
    assert.throws(() => createMachine({ memory: 2 ** 32 }), RangeError);
  });
});
