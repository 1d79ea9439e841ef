import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { InputEvent, QKeyCode } from '#src/api/index.js';
import { Bench } from './bench.js';

let bench: Bench;
before(async () => {
  bench = await Bench.start();
});
after(() => bench.stop());

const rel = (axis: 'x' | 'y', value: number): InputEvent => ({ type: 'rel', data: { axis, value } });
const button = (name: 'left' | 'middle' | 'right' | 'wheel-up' | 'wheel-down', down: boolean): InputEvent => ({
  type: 'btn',
  data: { button: name, down },
});

describe('the mouse that the guest reads', () => {
  test('moves, has buttons and a wheel', async () => {
    const { client, guest } = bench;
    const send = (...events: InputEvent[]) => client.execute('input-send-event', { events });
    guest.type('mouse');
    await guest.says('until a key is pressed');
    // Down on a screen is below zero on a mouse.
    await send(rel('x', 5), rel('y', 3));
    await guest.says('mouse 0 5 -3 0\r\n');
    await send(rel('x', -7));
    await guest.says('mouse 0 -7 0 0\r\n');
    await send(button('left', true));
    await guest.says('mouse 1 0 0 0\r\n');
    await send(button('right', true));
    await guest.says('mouse 3 0 0 0\r\n');
    await send(button('left', false), button('right', false));
    await guest.says('mouse 2 0 0 0\r\nmouse 0 0 0 0\r\n');
    await send(button('middle', true), button('middle', false));
    await guest.says('mouse 4 0 0 0\r\n');
    await send(button('wheel-up', true), button('wheel-up', false));
    await guest.says('mouse 0 0 0 -1\r\n');
    await send(button('wheel-down', true), button('wheel-down', false));
    await guest.says('mouse 0 0 0 1\r\n');
    // The human monitor's mouse is the same one.
    guest.output = '';
    assert.equal(await bench.monitor.human.execute('mouse_move 4 2 1'), '');
    await guest.says('mouse 0 0 0 -1\r\nmouse 0 4 -2 0\r\n');
    assert.equal(await bench.monitor.human.execute('mouse_button 5'), '');
    await guest.says('mouse 5 0 0 0\r\n');
    assert.equal(await bench.monitor.human.execute('mouse_button 0'), '');
    await guest.says('mouse 0 0 0 0\r\n');
    guest.type('');
    await guest.says('> ');
  });
});

describe('the keyboard that the guest reads', () => {
  const key = (data: QKeyCode) => ({ type: 'qcode' as const, data });

  test('takes names and numbers, and holds keys for a time', async () => {
    const { client, guest } = bench;
    guest.output = '';
    // e c h o, with a number for the first: it is the scan code.
    await client.execute('send-key', { keys: [{ type: 'number', data: 0x12 }], 'hold-time': 1 });
    for (const name of ['c', 'h', 'o', 'spc'] as const)
      await client.execute('send-key', { keys: [key(name)], 'hold-time': 1 });
    await guest.says('echo ');
    // Shift is down with the letter, and up again before the next one.
    await client.execute('send-key', { keys: [key('shift'), key('a')], 'hold-time': 1 });
    await guest.says('echo A');
    await releasedShift();
    await client.execute('send-key', { keys: [key('b')], 'hold-time': 1 });
    await client.execute('send-key', { keys: [key('ret')], 'hold-time': 1 });
    await guest.says('echo Ab\r\nAb\r\n');
  });

  test('a name that no keyboard has is refused in QEMU’s words', async () => {
    const keys = [{ type: 'qcode', data: 'nope' }];
    await assert.rejects(
      bench.client.execute('send-key', { keys } as never),
      /Parameter 'data' does not accept value 'nope'/,
    );
    assert.equal(await bench.monitor.human.execute('sendkey nope'), 'invalid parameter: nope\n');
  });

  /** The guest keeps which shift keys are down where a monitor can look. */
  async function releasedShift(): Promise<void> {
    while ((await bench.machine.emulator.readPhysical(0x503, 1))[0] !== 0);
  }
});
