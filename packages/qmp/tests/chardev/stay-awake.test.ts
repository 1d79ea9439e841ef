import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenChardev } from 'qmp/chardev';
import { stayAwake } from '#src/chardev/stay-awake.js';

/** An event loop whose time and turns are in our hands. */
class HandLoop {
  time = 0;
  next: (() => void) | undefined;
  now = () => this.time;
  nextTurn = (callback: () => void) => {
    assert.equal(this.next, undefined, 'one callback a turn');
    this.next = callback;
  };
  turn(): void {
    const callback = this.next;
    this.next = undefined;
    callback?.();
  }
}

test('the loop goes on turning for a while after inputs that follow each other closely, and sleeps then', () => {
  const loop = new HandLoop();
  const arrived = stayAwake(2, loop);
  arrived();
  assert.equal(loop.next, undefined, 'one input promises no other');
  loop.time = 7;
  arrived();
  loop.time = 8;
  loop.turn();
  assert.ok(loop.next, 'still awake');
  arrived();
  loop.time = 9.5;
  loop.turn();
  assert.ok(loop.next, 'the next input counts');
  loop.time = 10;
  loop.turn();
  assert.equal(loop.next, undefined);
  loop.time = 15;
  arrived();
  assert.ok(loop.next, 'awake again');
  loop.time = 17;
  loop.turn();
  loop.time = 23;
  arrived();
  assert.equal(loop.next, undefined, 'the conversation was over');
});

test('a time that is none is refused', async () => {
  for (const poll of [-1, Number.NaN, 5000]) {
    await assert.rejects(listenChardev('tcp:127.0.0.1:0,server=on', { poll }), {
      code: 'QMP_OPTION_INVALID',
      message: /"poll" has to be a number from 0 to 1000/,
    });
  }
});
