import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyApi, connect, type QmpError } from 'qmp';
import { stringify } from 'qmp/json';
import { memoryChardevs } from 'qmp/testing';
import { GREETING, Peer, pair } from './peer.js';

test('a session works one byte at a time, pretty or plain, over characters that are cut', async () => {
  for (const pretty of [false, true]) {
    const [near, far] = memoryChardevs({ chunk: 1 });
    const peer = new Peer(far);
    peer.say(pretty ? stringify(JSON.parse(GREETING), { pretty: true }) : GREETING);
    peer.answer = ({ id }) => {
      const reply = { return: { text: 'grün 😀', list: [1, 2] }, ...(id === undefined ? {} : { id }) };
      return pretty ? `${stringify(reply, { pretty: true })}\r\n` : JSON.stringify(reply);
    };
    const client = await connect<AnyApi>(near);
    assert.deepEqual(await client.execute('x'), { text: 'grün 😀', list: [1, 2] });
    await client.close();
  }
});

test('replies and events that share a chunk, without newlines between them, are told apart', async () => {
  const { client, peer } = await pair();
  const events = client.listen('*');
  const values = [client.execute('a'), client.execute('b')];
  await peer.received(2);
  peer.say('{"event": "X", "timestamp": {"seconds": 1, "microseconds": 0}}{"return": 1}{"return": 2, "id": 0}');
  assert.deepEqual(await Promise.all(values), [1, 2]);
  assert.equal((await events.next()).value.event, 'X');
  await client.close();
});

test('a reply of 60 MB arrives whole, and one beyond the limit ends the session with the reason', async () => {
  const { client, peer } = await pair();
  const big = 'x'.repeat(60_000_000);
  peer.answer = () => `{"return": "${big}"}\r\n`;
  assert.equal(await client.execute('big'), big);
  await client.close();
  const small = await pair({ limits: { message: { tokenBytes: 1000 } } });
  small.peer.answer = () => `{"return": "${'x'.repeat(2000)}"}\r\n`;
  await assert.rejects(small.client.execute('big'), (error: QmpError) => {
    assert.equal(error.code, 'QMP_PROTOCOL');
    assert.match(error.message, /limit/);
    return true;
  });
});

test('a reply with a string of exactly 64 MiB arrives whole', async () => {
  const { client, peer } = await pair();
  const reply = client.execute('human-monitor-command', { 'command-line': 'info all' });
  const { id } = await peer.received(1);
  // The limit is of one token, its quotes included.
  const length = 64 * 1024 * 1024 - 2;
  peer.say('{"return": "');
  for (let sent = 0; sent < length; ) {
    const part = Math.min(1 << 20, length - sent);
    peer.say('y'.repeat(part));
    sent += part;
  }
  peer.say(`"${id === undefined ? '' : `, "id": ${id}`}}\r\n`);
  assert.equal(((await reply) as string).length, length);
  await client.close();
});

test('a reply of more than 64 MiB arrives whole when no single string is beyond the limit', async () => {
  const { client, peer } = await pair();
  const reply = client.execute('query-named-block-nodes');
  const { id } = await peer.received(1);
  const part = JSON.stringify({ text: 'z'.repeat(1 << 20) });
  peer.say('{"return": [');
  for (let i = 0; i < 66; i++) peer.say(i === 0 ? part : `, ${part}`);
  peer.say(`]${id === undefined ? '' : `, "id": ${id}`}}\r\n`);
  const value = (await reply) as unknown as { text: string }[];
  assert.equal(value.length, 66);
  assert.equal(value[65]?.text.length, 1 << 20);
  await client.close();
});

test('integers are exact both ways', async () => {
  const { client, peer } = await pair();
  const values = '[9007199254740991, 9007199254740993, 18446744073709551615, -9223372036854775808]';
  peer.answer = () => `{"return": ${values}}\r\n`;
  const before = peer.text.length;
  const reply = await client.execute('x', { n: 18446744073709551615n, m: 9007199254740993n, k: 5 });
  assert.deepEqual(reply, [9007199254740991, 9007199254740993n, 18446744073709551615n, -9223372036854775808n]);
  assert.match(peer.text.slice(before), /"arguments":\{"n":18446744073709551615,"m":9007199254740993,"k":5\}/);
  await client.close();
});

test('members and events that nobody knows are kept', async () => {
  const { client, peer } = await pair();
  const events = client.listen('*');
  peer.answer = () => '{"return": {"new-member": 1}, "more": true}\r\n';
  assert.deepEqual(await client.execute('x'), { 'new-member': 1 });
  peer.event('FROM_THE_FUTURE', { a: 1 });
  assert.deepEqual((await events.next()).value.data, { a: 1 });
  await client.close();
});

test('a server that stops reading holds commands back up to a limit, and they go out when it reads again', async () => {
  const [near, far] = memoryChardevs({ highWaterMark: 1000 });
  const peer = new Peer(far);
  peer.say(GREETING);
  const client = await connect<AnyApi>(near, { limits: { outbox: 5000 } });
  far.pause();
  const ends = { sent: 0, refused: 0 };
  const commands = Array.from({ length: 100 }, () =>
    client.execute('x', { text: 'y'.repeat(200) }).then(
      () => ends.sent++,
      (error: QmpError) => {
        assert.equal(error.code, 'QMP_LIMIT');
        ends.refused++;
      },
    ),
  );
  peer.answer = ({ id }) => `{"return": {}${id === undefined ? '' : `, "id": ${id}`}}\r\n`;
  far.resume();
  await Promise.all(commands);
  assert.ok(ends.sent > 10 && ends.refused > 10, JSON.stringify(ends));
  assert.equal(peer.sent.length, ends.sent);
  await client.close();
});
