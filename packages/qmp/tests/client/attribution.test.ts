import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { type AnyApi, connect, QmpError, type TraceEvent } from 'qmp';
import type { JsonObject } from 'qmp/json';
import { FakeClock, memoryChardevs } from 'qmp/testing';
import { GREETING, Peer, pair } from './peer.js';

const code = (expected: string) => (error: unknown) => QmpError.is(error) && error.code === expected;

test('replies are matched by id and never by order', async () => {
  const { client, peer } = await pair();
  const all = Promise.all([client.execute('a'), client.execute('b'), client.execute('c')]);
  await peer.received(3);
  peer.reply(1, 'C');
  peer.reply(undefined, 'A');
  peer.reply(0, 'B');
  assert.deepEqual(await all, ['A', 'B', 'C']);
  await client.close();
});

test('a command that timed out leaves a tombstone: its late reply is dropped and reaches nobody else', async () => {
  const clock = new FakeClock();
  const { client, peer } = await pair({ clock });
  const slow = assert.rejects(client.execute('slow', {}, { timeout: 100 }), code('QMP_COMMAND_TIMEOUT'));
  await clock.advance(200);
  await slow;
  assert.equal(client.inFlight, 1);
  const next = client.execute('next');
  await peer.received(2);
  assert.deepEqual(peer.sent[1], { execute: 'next', id: 0 });
  peer.reply(undefined, 'late');
  peer.reply(0, 'mine');
  assert.equal(await next, 'mine');
  assert.equal(client.inFlight, 0);
  await client.close();
});

test('an aborted command says that it may still run, and keeps its id from reuse', async () => {
  const { client, peer } = await pair();
  const first = client.execute('first').catch(() => undefined);
  const controller = new AbortController();
  const aborted = client.execute('second', {}, { signal: controller.signal });
  await peer.received(2);
  controller.abort();
  await assert.rejects(
    aborted,
    (error: QmpError) => error.code === 'QMP_ABORTED' && /may still run/.test(error.hint ?? ''),
  );
  const third = client.execute('third');
  assert.equal((await peer.received(3)).id, 1);
  peer.reply(0, 'of the second');
  peer.reply(1, 'of the third');
  assert.equal(await third, 'of the third');
  client.destroy();
  await first;
});

test('a signal that has fired already keeps the command from being sent', async () => {
  const { client, peer } = await pair();
  const aborted = client.execute('never', {}, { signal: AbortSignal.abort() });
  await assert.rejects(aborted, (error: QmpError) => error.code === 'QMP_ABORTED' && /not sent/.test(error.hint ?? ''));
  assert.equal(client.inFlight, 0);
  assert.equal(peer.sent.length, 0);
  await client.close();
});

test('with onAbort: disconnect an abort ends the session', async () => {
  const { client, peer } = await pair();
  const controller = new AbortController();
  const aborted = client.execute('hangs', {}, { signal: controller.signal, onAbort: 'disconnect' });
  const other = client.execute('other');
  const both = Promise.all([assert.rejects(aborted, code('QMP_ABORTED')), assert.rejects(other, code('QMP_ABORTED'))]);
  await peer.received(2);
  controller.abort();
  await both;
  assert.equal(client.state, 'closed');
});

test('an unknown id is reported and harms nobody', async () => {
  const { client, peer } = await pair();
  const status = client.status();
  const value = client.execute('a');
  await peer.received(1);
  peer.reply(77, 'nobody');
  peer.reply('text', 'nobody');
  peer.reply(undefined, 'A');
  assert.equal(await value, 'A');
  await client.close();
  const seen = [];
  for await (const item of status) if (item.type === 'unexpected') seen.push(item.why);
  assert.deepEqual(seen, ['a reply with an unknown id', 'a reply with an unknown id']);
});

test('an error without id fails the only command under way', async () => {
  const { client, peer } = await pair();
  const value = client.execute('a');
  await peer.received(1);
  peer.say('{"error": {"class": "GenericError", "desc": "JSON parse error, expecting value"}}\r\n');
  await assert.rejects(value, code('QMP_COMMAND_FAILED'));
  await client.close();
});

test('the follow-up errors of one broken message fail no later command', async () => {
  const { client, peer } = await pair();
  const broken = assert.rejects(client.execute('a'), code('QMP_COMMAND_FAILED'));
  await peer.received(1);
  const error = '{"error": {"class": "GenericError", "desc": "JSON parse error, expecting value"}}\r\n';
  peer.say(error);
  await broken;
  const next = client.execute('b');
  assert.equal((await peer.received(2)).id, 0, 'no command goes without id until the stream is known to be in step');
  peer.say(error + error);
  peer.reply(0, 'B');
  assert.equal(await next, 'B');
  const later = client.execute('c');
  assert.equal('id' in (await peer.received(3)), false);
  peer.reply(undefined, 'C');
  assert.equal(await later, 'C');
  await client.close();
});

test('an error without id that could be of several commands ends the session and blames none of them', async () => {
  const { client, peer } = await pair();
  const both = ['a', 'b'].map((name) => assert.rejects(client.execute(name), code('QMP_PROTOCOL')));
  await peer.received(2);
  peer.say('{"error": {"class": "GenericError", "desc": "JSON parse error, expecting value"}}\r\n');
  await Promise.all(both);
  assert.equal(client.state, 'closed');
});

test('the reply to a former client, before or after the greeting, is nobody’s', async () => {
  const [near, far] = memoryChardevs();
  const peer = new Peer(far);
  peer.say(`{"return": "stale"}\r\n${GREETING}{"return": {}, "id": 0}\r\n`);
  const client = await connect<AnyApi>(near);
  peer.answer = () => '{"return": "fresh"}\r\n';
  assert.equal(await client.execute('query-name'), 'fresh');
  await client.close();
});

test('a refused command carries class, text, what was sent and received, and a stack that starts at the caller', async () => {
  const { client, peer } = await pair();
  peer.answer = () => '{"error": {"class": "DeviceNotFound", "desc": "Device \'x\' not found"}}\r\n';
  async function userCode(): Promise<unknown> {
    return await client.execute('device_del', { id: 'x' });
  }
  await assert.rejects(userCode(), (error: QmpError) => {
    assert.equal(error.code, 'QMP_COMMAND_FAILED');
    assert.equal(error.errorClass, 'DeviceNotFound');
    assert.equal(error.command, 'device_del');
    assert.match(error.message, /"device_del" failed: Device 'x' not found/);
    assert.deepEqual(error.sent, { execute: 'device_del', arguments: { id: 'x' } });
    assert.match(error.stack ?? '', /userCode/);
    assert.doesNotMatch(error.stack ?? '', /session\.js/);
    return true;
  });
  await client.close();
});

test('options of a call that cannot be meant are refused', async () => {
  const { client, peer } = await pair();
  for (const options of [{ timeout: -1 }, { timeout: Number.NaN }, { timeOut: 5 } as object]) {
    await assert.rejects(client.execute('x', {}, options), code('QMP_OPTION_INVALID'));
  }
  assert.equal(peer.sent.length, 0);
  await client.close();
});

test('a stray reply reaches the tracer without its value', async () => {
  const seen: unknown[] = [];
  const { client, peer } = await pair({
    tracer: (event) => void (event.type === 'unexpected' && seen.push(event.message)),
  });
  peer.reply(9, { 'buf-b64': 'a guest’s secret' });
  const value = client.execute('x');
  await peer.received(1);
  peer.reply(undefined, 1);
  await value;
  assert.deepEqual(seen, [{ return: '<redacted>', id: 9 }]);
  await client.close();
});

test('arguments that cannot be sent are refused by the command’s name, and nothing is sent', async () => {
  const { client, peer } = await pair();
  const circular: { self?: object } = {};
  circular.self = circular;
  const bad: unknown[] = [null, [], 'x', { n: 2n ** 64n }, { n: Number.NaN }, { f: () => 1 }, circular];
  for (const args of bad) {
    await assert.rejects(client.execute('x', args as JsonObject), (error: QmpError) => {
      assert.equal(error.code, 'QMP_OPTION_INVALID');
      assert.match(error.message, /^"x": its arguments cannot be sent: /);
      return true;
    });
  }
  assert.equal(client.inFlight, 0);
  assert.deepEqual(peer.sent, []);
  await client.close();
});

test('an error that quotes a secret of its command is shown without it', async () => {
  const traced: TraceEvent[] = [];
  const { client, peer } = await pair({ tracer: (event) => traced.push(event) });
  peer.answer = () => `{"error": {"class": "GenericError", "desc": "data 'hunter2' is not valid"}}\r\n`;
  const failing = client.execute('object-add', { 'qom-type': 'secret', id: 's', data: 'hunter2' });
  await assert.rejects(failing, (error: QmpError) => {
    assert.match(error.message, /data '<redacted>' is not valid/);
    assert.equal(inspect(error, { depth: 9 }).includes('hunter2'), false);
    return true;
  });
  assert.equal(inspect(traced, { depth: 9 }).includes('hunter2'), false);
  await client.close();
});
