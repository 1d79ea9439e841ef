import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from 'qmp/monitor';

test('timestamps follow the wall clock, with microseconds below a million and in order', async () => {
  const clock = systemClock();
  let last = 0;
  for (let turn = 0; turn < 200; turn++) {
    const before = Date.now() - 2;
    const { seconds, microseconds } = clock.timestamp();
    const milliseconds = seconds * 1000 + microseconds / 1000;
    assert.ok(Number.isInteger(microseconds) && microseconds >= 0 && microseconds < 1_000_000);
    assert.ok(milliseconds >= before && milliseconds <= Date.now() + 2, `${milliseconds} is not now`);
    assert.ok(milliseconds >= last - 1);
    last = milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test('a timer can be taken back', async () => {
  const clock = systemClock();
  let fired = false;
  clock.after(1, () => {
    fired = true;
  })();
  await new Promise<void>((resolve) => {
    clock.after(5, resolve);
  });
  assert.equal(fired, false);
});
