import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskCounters, networkCounters, RateMeter } from '#src/vm-info/rates.js';

test('two looks make a rate, and a counter that starts again makes none below zero', () => {
  const meter = new RateMeter();
  assert.deepEqual(meter.update([{ name: 'disk0', in: 100, out: 0 }], 1000), []);
  assert.deepEqual(meter.update([{ name: 'disk0', in: 1100, out: 50 }], 1500), [{ name: 'disk0', in: 2000, out: 100 }]);
  assert.deepEqual(meter.update([{ name: 'disk0', in: 0, out: 50 }], 2500), [{ name: 'disk0', in: 0, out: 0 }]);
  assert.deepEqual(
    [meter.series[0]?.in, meter.series[0]?.out],
    [
      [2000, 0],
      [100, 0],
    ],
  );
});

test('a plot keeps the last values only', () => {
  const meter = new RateMeter();
  for (let look = 0; look < 200; look++) meter.update([{ name: 'a', in: look * look, out: 0 }], look * 1000);
  assert.equal(meter.series[0]?.in.length, 120);
  assert.equal(meter.series[0]?.in.at(-1), 199 ** 2 - 198 ** 2);
});

test('drives are named by device, by qdev or by node', () => {
  const stats = { rd_bytes: 1, wr_bytes: 2 };
  const reply = [{ device: 'a', stats }, { device: '', qdev: 'b', stats }, { 'node-name': 'c', stats }, { stats }, 3];
  assert.deepEqual(
    diskCounters(reply).map(({ name }) => name),
    ['a', 'b', 'c'],
  );
  assert.deepEqual(diskCounters(undefined), []);
});

test('interfaces of a guest count, but for the loopback and those without counters', () => {
  const statistics = { 'rx-bytes': 5, 'tx-bytes': 7, 'rx-packets': 1 };
  const reply = [{ name: 'lo', statistics }, { name: 'eth0', statistics }, { name: 'eth1' }, null];
  assert.deepEqual(networkCounters(reply), [{ name: 'eth0', in: 5, out: 7 }]);
});

test('the rates of several drives add up from the newest on', () => {
  const meter = new RateMeter();
  const look = (seconds: number, names: readonly string[]): void => {
    meter.update(
      names.map((name) => ({ name, in: 10 * seconds, out: seconds })),
      seconds * 1000,
    );
  };
  look(0, ['a']);
  look(1, ['a', 'b']);
  look(2, ['a', 'b']);
  assert.deepEqual(meter.total, { name: 'total', in: [10, 20], out: [1, 2] });
});
