import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type AnyApi, connect } from 'qmp';
import { listenChardev } from 'qmp/chardev';
import { GREETING, Peer, pair } from './peer.js';

test('a connected client knows the version and has enabled what the server offers', async () => {
  const { client, peer } = await pair();
  assert.equal(client.state, 'running');
  assert.deepEqual(client.version?.qemu, { micro: 22, minor: 2, major: 7 });
  assert.deepEqual(client.capabilities, ['oob']);
  assert.match(peer.text, /"enable":\["oob"\]/);
  await client.close();
  assert.equal(client.state, 'closed');
});

test('falsy return values reach the command they belong to', async () => {
  const { client, peer } = await pair();
  const replies = ['""', '0', 'false', 'null', '[]', '{}'];
  peer.answer = ({ id }) => `{"return": ${replies.shift()}${id === undefined ? '' : `, "id": ${id}`}}\r\n`;
  const values = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => client.execute(name)));
  assert.deepEqual(values, ['', 0, false, null, [], {}]);
  await client.close();
});

test('a command alone on the wire goes without id, and those beside it carry the shortest free numbers', async () => {
  const { client, peer } = await pair();
  const all = Promise.all([client.execute('a'), client.execute('b'), client.execute('c')]);
  await peer.received(3);
  assert.deepEqual(peer.sent, [{ execute: 'a' }, { execute: 'b', id: 0 }, { execute: 'c', id: 1 }]);
  peer.reply(undefined, 'A');
  peer.reply(0, 'B');
  peer.reply(1, 'C');
  assert.deepEqual(await all, ['A', 'B', 'C']);
  await client.close();
});

test('what one turn sends goes out in one write of its socket', async (t) => {
  const listener = await listenChardev(`unix:${join(tmpdir(), `qmp-turn-${process.pid}`)},server=on`);
  const accepted = listener.next();
  const connecting = connect<AnyApi>(listener.label);
  const wire = await accepted;
  assert.ok(wire !== undefined);
  const peer = new Peer(wire);
  peer.say(GREETING);
  const client = await connecting;
  const { mock } = t.mock.method(Socket.prototype, 'write');
  const pending = [client.execute('a', { x: 1 }), client.execute('b')].map((promise) => promise.catch(() => undefined));
  await peer.received(2);
  const texts = mock.calls.map((call) => String(call.arguments[0]));
  assert.deepEqual(texts, ['{"execute":"a","arguments":{"x":1}}\n{"execute":"b","id":0}\n']);
  client.destroy();
  await Promise.all(pending);
  await listener.close();
});
