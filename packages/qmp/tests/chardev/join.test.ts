import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'qmp';
import { joinChardevs } from 'qmp/chardev';
import { createMonitor } from 'qmp/monitor';
import { memoryChardevs } from 'qmp/testing';
import { chardevContract, Probe } from './contract.js';

chardevContract('joined', async () => {
  const [near, a] = memoryChardevs();
  const [b, far] = memoryChardevs();
  void joinChardevs(a, b);
  return { near, far };
});

test('the end of a direction is passed on, and joining resolves when both are closed', async () => {
  const [near, a] = memoryChardevs();
  const [b, far] = memoryChardevs();
  const joined = joinChardevs(a, b);
  const [left, right] = [new Probe(near), new Probe(far)];
  near.write('question');
  near.end();
  await right.until(() => right.ended);
  far.write('answer');
  await left.until(() => left.text === 'answer');
  await far.close();
  await joined;
  await left.until(() => left.closed);
  assert.equal(right.text, 'question');
});

test('a client and a monitor talk through two joined chardevs', async () => {
  const [near, a] = memoryChardevs({ chunk: 3 });
  const [b, far] = memoryChardevs({ chunk: 5 });
  const joined = joinChardevs(a, b);
  await using monitor = createMonitor({ version: { qemu: { micro: 3, minor: 2, major: 1 }, package: 'joined' } });
  monitor.attach(far);
  const client = await connect(near);
  assert.equal((await client.execute('query-version')).package, 'joined');
  await client.close();
  await joined;
});
