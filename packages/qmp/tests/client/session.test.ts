import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pair } from './peer.js';

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

test('what one turn sends goes out in one write', async () => {
  const { client, peer } = await pair();
  const { chunks } = peer;
  const before = peer.text.length;
  const pending = [client.execute('a', { x: 1 }), client.execute('b')].map((promise) => promise.catch(() => undefined));
  await peer.received(2);
  assert.equal(peer.chunks - chunks, 1);
  assert.equal(peer.text.slice(before), '{"execute":"a","arguments":{"x":1}}\n{"execute":"b","id":0}\n');
  client.destroy();
  await Promise.all(pending);
});
