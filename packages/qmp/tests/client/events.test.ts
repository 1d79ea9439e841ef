import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyApi, connect, type QmpError } from 'qmp';
import { FakeClock, memoryChardevs } from 'qmp/testing';
import { GREETING, Peer, pair } from './peer.js';

test('executeAndWait arms before it sends, so an event before the reply counts', async () => {
  const { client, peer } = await pair();
  const both = client.executeAndWait('cont', {}, 'RESUME');
  const { id } = await peer.received(1);
  peer.event('RESUME');
  peer.reply(id, 'done');
  const { result, event } = await both;
  assert.equal(result, 'done');
  assert.equal(event.event, 'RESUME');
  await client.close();
});

test('executeAndWait waits for the event that matches, after the reply too', async () => {
  const { client, peer } = await pair();
  const both = client.executeAndWait('device_del', { id: 'd1' }, { event: 'DEVICE_DELETED', data: { device: 'd1' } });
  const { id } = await peer.received(1);
  peer.event('DEVICE_DELETED', { device: 'd0', path: '/a' });
  peer.reply(id);
  peer.event('DEVICE_DELETED', { device: 'd1', path: '/b' });
  assert.deepEqual((await both).event.data, { device: 'd1', path: '/b' });
  await client.close();
});

test('executeAndWait fails with the command, and gives up on the event in time', async () => {
  const clock = new FakeClock();
  const { client, peer } = await pair({ clock });
  peer.answer = ({ id }) =>
    `{"error": {"class": "GenericError", "desc": "no"}${id === undefined ? '' : `, "id": ${id}`}}\r\n`;
  await assert.rejects(client.executeAndWait('stop', {}, 'STOP'), /"stop" failed: no/);
  peer.answer = () => '{"return": {}}\r\n';
  const late = assert.rejects(
    client.executeAndWait('stop', {}, 'STOP', { timeout: 500 }),
    /an event after "stop" did not come within 500 ms/,
  );
  await clock.advance(600);
  await late;
  await client.close();
});

test('a listener filters by name, by part of the data, and by predicate', async () => {
  const { client, peer } = await pair();
  const byName = client.listen(['A', 'B']);
  const byData = client.listen({ event: '*', data: { job: { id: 'x' } } });
  const byTest = client.listen({ event: 'C', where: ({ data }) => data?.n === 2 });
  peer.event('C', { n: 1 });
  peer.event('A', { job: { id: 'x', more: 1 } });
  peer.event('B', { job: { id: 'y' } });
  peer.event('C', { n: 2 });
  assert.equal((await byTest.next()).value.data.n, 2);
  assert.deepEqual([(await byName.next()).value.event, (await byName.next()).value.event], ['A', 'B']);
  assert.equal((await byData.next()).value.event, 'A');
  assert.equal(byData.length, 0);
  await client.close();
});

test('an open loop ends when the client is closed, and throws when the session is lost', async () => {
  const closing = await pair();
  const quiet = closing.client.listen('*');
  await closing.client.close();
  assert.deepEqual(await quiet.next(), { done: true, value: undefined });
  const losing = await pair();
  const loud = losing.client.listen('*');
  losing.peer.event('LAST');
  await losing.peer.wire.close();
  assert.equal((await loud.next()).value.event, 'LAST');
  await assert.rejects(loud.next(), (error: QmpError) => error.code === 'QMP_DISCONNECTED');
  assert.equal((await loud.next()).done, true);
});

test('leaving the loop, using and close end a listener', async () => {
  const { client, peer } = await pair();
  peer.event('A');
  peer.event('A');
  const listener = client.listen('A', { since: 1 });
  for await (const _ of listener) break;
  assert.equal((await listener.next()).done, true);
  {
    using disposed = client.listen('A');
    assert.equal(disposed.length, 0);
  }
  await client.close();
});

test('a slow reader loses the oldest events only, and both it and the status stream are told how many', async () => {
  const { client, peer } = await pair();
  const status = client.status();
  const slow = client.listen('*', { capacity: 3 });
  const fast = client.listen('*');
  for (let n = 1; n <= 5; n++) peer.event(`E${n}`);
  await client.waitFor('E5', { since: 1 });
  assert.equal(slow.dropped, 2);
  assert.equal((await slow.next()).value.event, 'E3');
  assert.equal(fast.dropped, 0);
  assert.equal(fast.length, 5);
  assert.equal((await status.next()).value.type, 'connected');
  assert.deepEqual((await status.next()).value, { type: 'overflow', dropped: 1 });
  await client.close();
});

test('the history serves who arms late, and says what it no longer has', async () => {
  const { client, peer } = await pair({ history: 4 });
  const { cursor } = client;
  for (let n = 1; n <= 10; n++) peer.event(`E${n}`);
  await client.waitFor('E10', { since: cursor });
  const late = client.listen('*', { since: cursor, gaps: true });
  assert.deepEqual((await late.next()).value, { gap: 'overflow', missing: 6, cursor: 1 });
  assert.equal((await late.next()).value.event, 'E7');
  assert.equal((await client.waitFor('E9', { since: client.cursor - 2 })).cursor, 9);
  await client.close();
});

test('callbacks run in the turn of the event, end when told, and cannot harm the session', async () => {
  const { client, peer } = await pair();
  const status = client.status();
  const seen: string[] = [];
  const off = client.on('*', ({ event }) => {
    seen.push(event);
    if (event === 'B') throw new Error('bug in user code');
  });
  peer.event('A');
  peer.event('B');
  await client.waitFor('B', { since: 1 });
  off();
  peer.event('C');
  await client.waitFor('C', { since: 1 });
  assert.deepEqual(seen, ['A', 'B']);
  await status.next();
  const failed = (await status.next()).value;
  assert.equal(failed.type, 'callback-failed');
  assert.match(String(failed.error), /bug in user code/);
  assert.equal(client.state, 'running');
  await client.close();
});

test('an event before the greeting is kept', async () => {
  const [near, far] = memoryChardevs();
  const peer = new Peer(far);
  peer.event('EARLY');
  peer.say(GREETING);
  const client = await connect<AnyApi>(near);
  assert.equal((await client.waitFor('EARLY', { since: 1 })).cursor, 1);
  await client.close();
});

test('waiting for an event heeds its signal', async () => {
  const { client } = await pair();
  const controller = new AbortController();
  const waiting = assert.rejects(
    client.waitFor('NEVER', { signal: controller.signal }),
    (error: QmpError) => error.code === 'QMP_ABORTED',
  );
  controller.abort();
  await waiting;
  await client.close();
});

test('what the history has forgotten counts as dropped', async () => {
  const { client, peer } = await pair({ history: 4 });
  const status = client.status();
  for (let n = 1; n <= 10; n++) peer.event('E', { n });
  await client.waitFor({ event: 'E', data: { n: 10 } });
  const late = client.listen('E', { since: 1 });
  assert.equal(late.dropped, 6);
  assert.equal(late.length, 4);
  assert.equal((await status.next()).value.type, 'connected');
  assert.deepEqual((await status.next()).value, { type: 'overflow', dropped: 6 });
  await client.close();
});

test('a signal ends a listener, and one that has fired before does too', async () => {
  const { client, peer } = await pair();
  const controller = new AbortController();
  const events = client.listen('E', { signal: controller.signal });
  peer.event('E');
  assert.equal((await events.next()).value.event, 'E');
  controller.abort();
  const isAborted = (error: QmpError) => error.code === 'QMP_ABORTED';
  await assert.rejects(events.next(), isAborted);
  await assert.rejects(client.listen('E', { signal: controller.signal }).next(), isAborted);
  const { signal } = controller;
  await assert.rejects(client.executeAndWait('x', {}, 'E', { signal }), isAborted);
  await client.close();
});

test('lists are compared item by item, and integers whichever way they are given', async () => {
  const { client, peer } = await pair();
  const events = client.listen({ event: 'E', data: { list: [1, { a: 2n }], big: 2n ** 60n } });
  const big = 2n ** 60n;
  for (const list of ['[1]', '[1,{"a":3}]', '[1,{"a":2,"b":0}]']) {
    peer.say(`{"timestamp":{"seconds":1,"microseconds":2},"event":"E","data":{"list":${list},"big":${big}}}\r\n`);
  }
  await client.waitFor('E', { since: 1 });
  await client.waitFor('E', { since: 3 });
  assert.equal(events.length, 1);
  assert.equal((await events.next()).value.cursor, 3);
  await client.close();
});
