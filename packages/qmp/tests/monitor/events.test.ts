import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join, settle, testMonitor } from './client.js';
import { manualClock } from './clock.js';

/** The data of an event line. */
function data(line: string): unknown {
  return (JSON.parse(line) as { data?: unknown }).data;
}

test('a throttled event is sent at once, then at most once a period, the newest winning', async () => {
  const clock = manualClock();
  await using monitor = testMonitor({ clock });
  const client = await join(monitor);
  for (const actual of [1, 2, 3]) monitor.emit('BALLOON_CHANGE', { actual });
  assert.deepEqual(data(await client.line()), { actual: 1 });
  clock.advance(999);
  await settle();
  assert.equal(client.text, '');
  clock.advance(1);
  assert.deepEqual(data(await client.line()), { actual: 3 });
  monitor.emit('BALLOON_CHANGE', { actual: 4 });
  clock.advance(1000);
  assert.deepEqual(data(await client.line()), { actual: 4 });
  clock.advance(1000);
  monitor.emit('BALLOON_CHANGE', { actual: 5 });
  assert.deepEqual(data(await client.line()), { actual: 5 });
});

test('a held event keeps the time at which it was raised', async () => {
  const clock = manualClock();
  await using monitor = testMonitor({ clock });
  const client = await join(monitor);
  monitor.emit('WATCHDOG', { action: 'none' });
  clock.advance(250);
  monitor.emit('WATCHDOG', { action: 'none' });
  clock.advance(750);
  const [, second] = await client.lines(2);
  assert.match(second ?? '', /"seconds": 0, "microseconds": 250000/);
});

test('sources of a keyed event do not hold each other back', async () => {
  const clock = manualClock();
  await using monitor = testMonitor({ clock });
  const client = await join(monitor);
  for (const id of ['a', 'b', 'a', 'b']) monitor.emit('VSERPORT_CHANGE', { id, open: true });
  assert.deepEqual((await client.lines(2)).map(data), [
    { id: 'a', open: true },
    { id: 'b', open: true },
  ]);
  clock.advance(1000);
  assert.equal((await client.lines(2)).length, 2);
});

test('an embedder can throttle events of its own, and lift a limit of QEMU', async () => {
  const clock = manualClock();
  await using monitor = testMonitor({
    clock,
    events: [
      { name: 'TEMPERATURE', throttle: { period: 50, key: 'sensor' } },
      { name: 'RTC_CHANGE', throttle: 'none' },
    ],
  });
  const client = await join(monitor);
  for (const value of [1, 2]) monitor.emit('TEMPERATURE', { sensor: 's', value });
  for (const offset of [1, 2]) monitor.emit('RTC_CHANGE', { offset });
  assert.deepEqual((await client.lines(3)).map(data), [{ sensor: 's', value: 1 }, { offset: 1 }, { offset: 2 }]);
});

test('the throttle goes on while nobody is connected, and what was held is not told later', async () => {
  const clock = manualClock();
  await using monitor = testMonitor({ clock });
  monitor.emit('BALLOON_CHANGE', { actual: 1 });
  monitor.emit('BALLOON_CHANGE', { actual: 2 });
  const client = await join(monitor);
  clock.advance(999);
  await settle();
  assert.equal(client.text, '');
  clock.advance(1);
  assert.deepEqual(data(await client.line()), { actual: 2 });
});

test('an event without data, or with empty data, has no data member', async () => {
  await using monitor = testMonitor();
  const client = await join(monitor);
  monitor.emit('A');
  monitor.emit('B', {});
  for (const line of await client.lines(2)) assert.equal('data' in (JSON.parse(line) as object), false);
});

test('a policy hides deprecated events', async () => {
  await using monitor = testMonitor({
    compat: { deprecatedOutput: 'hide' },
    events: [{ name: 'OLD', features: ['deprecated'] }],
  });
  const client = await join(monitor);
  monitor.emit('OLD');
  monitor.emit('NEW');
  assert.match(await client.line(), /"event": "NEW"/);
});

test('a hundred sessions get every event in order', async () => {
  await using monitor = testMonitor();
  const clients = await Promise.all(Array.from({ length: 100 }, () => join(monitor)));
  for (let index = 0; index < 20; index++) monitor.emit('TICK', { index });
  for (const client of clients) {
    const seen = (await client.lines(20)).map((line) => (data(line) as { index: number }).index);
    assert.deepEqual(seen, [...Array(20).keys()]);
  }
});
