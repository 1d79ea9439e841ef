import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { listenChardev, openChardev } from 'qmp/chardev';
import { Probe } from './contract.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-fds-'));
after(() => rmSync(folder, { recursive: true }));
const linux = { skip: process.platform !== 'linux' };

async function unixPair(name: string) {
  const listener = await listenChardev(`unix:${join(folder, name)},server=on`);
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  assert.ok(server);
  return { client, server, close: () => Promise.all([client.close(), server.close(), listener.close()]) };
}

test('bytes sent with descriptors stay in order, also behind a peer that does not read', linux, async () => {
  const { client, server, close } = await unixPair('order');
  const near = new Probe(client);
  server.pause();
  const far = new Probe(server);
  server.pause();
  let expected = 0;
  for (; client.write('z'.repeat(16_384)); expected += 16_384) await new Promise((resolve) => setImmediate(resolve));
  expected += 16_384;
  const fd = openSync('/dev/null', 'r');
  assert.equal(client.writeWithFds?.('{with}', [fd]), false);
  closeSync(fd);
  client.write('{after}');
  client.end();
  server.resume();
  await far.until((probe) => probe.ended);
  assert.equal(far.bytes, expected + '{with}{after}'.length);
  assert.equal(near.drains, 1);
  await close();
});

test('close waits until the descriptors went', linux, async () => {
  const { client, server, close } = await unixPair('close');
  const near = new Probe(client);
  const far = new Probe(server);
  server.pause();
  while (client.write('z'.repeat(16_384))) await new Promise((resolve) => setImmediate(resolve));
  client.writeWithFds?.('{with}', [0, 1, 2]);
  const closed = client.close();
  server.resume();
  await closed;
  await far.until((probe) => probe.ended);
  assert.ok(far.text.endsWith('{with}'));
  assert.equal(near.error, undefined);
  await close();
});

test('a descriptor that is not open is refused, and nothing is sent', linux, async () => {
  const { client, server, close } = await unixPair('bad');
  new Probe(client);
  const far = new Probe(server);
  assert.throws(() => client.writeWithFds?.('{}', [0, 9999]), { code: 'QMP_OPTION_INVALID', message: /9999/ });
  assert.throws(() => client.writeWithFds?.('', [0]), { code: 'QMP_OPTION_INVALID' });
  client.write('next');
  await far.until((probe) => probe.bytes > 0);
  assert.equal(far.text, 'next');
  await close();
});

test('a tcp connection cannot pass descriptors and has no such method', async () => {
  const listener = await listenChardev('tcp:127.0.0.1:0,server=on');
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  assert.equal(client.writeWithFds, undefined);
  await Promise.all([client.close(), server?.close(), listener.close()]);
});
