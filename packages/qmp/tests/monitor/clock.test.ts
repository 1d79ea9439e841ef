import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
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

test('a client that does not negotiate keeps no process that has nothing else to do', async () => {
  const program = `
    import { createMonitor } from 'qmp/monitor';
    import { memoryChardevs } from 'qmp/testing';
    const [, far] = memoryChardevs();
    createMonitor({ version: { qemu: { micro: 0, minor: 0, major: 0 }, package: '' } }).attach(far);`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { timeout: 30_000 });
});
