import assert from 'node:assert/strict';
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect } from 'qmp';
import { listenChardev, openChardev } from 'qmp/chardev';
import { commandError, createMonitor } from 'qmp/monitor';
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

/** Descriptors of this process that are open on a file. */
function openOn(path: string): number {
  const wanted = `${path}`;
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === wanted;
    } catch {
      return false;
    }
  }).length;
}

async function receivingPair(name: string) {
  const listener = await listenChardev(`unix:${join(folder, name)},server=on`, { receiveFds: true });
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  assert.ok(server);
  return { client, server, close: () => Promise.all([client.close(), server.close(), listener.close()]) };
}

test(
  'a server that asks for them gets bytes and descriptors together, and data, pauses and ends as ever',
  linux,
  async () => {
    const { client, server, close } = await receivingPair('receive');
    const taken: string[] = [];
    const far = new Probe(server, () => {
      for (const fd of server.takeFds?.() ?? []) {
        taken.push(readFileSync(fd, 'utf8'));
        closeSync(fd);
      }
    });
    const near = new Probe(client);
    client.write('plain');
    const path = join(folder, 'passed');
    writeFileSync(path, 'content');
    const fd = openSync(path, 'r');
    client.writeWithFds?.('{with}', [fd]);
    closeSync(fd);
    client.write('x'.repeat(300_000));
    await far.until((probe) => probe.bytes === 'plain{with}'.length + 300_000);
    assert.deepEqual(taken, ['content']);
    server.write('back');
    await near.until((probe) => probe.bytes === 4);
    server.pause();
    client.write('held');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(far.bytes, 'plain{with}'.length + 300_000);
    server.resume();
    client.end();
    await far.until((probe) => probe.ended);
    assert.equal(far.bytes, 'plain{with}held'.length + 300_000);
    await close();
  },
);

test('descriptors that nobody takes are closed when the next come and with the connection', linux, async () => {
  const path = join(folder, 'left');
  writeFileSync(path, '');
  const { client, server, close } = await receivingPair('left.sock');
  const far = new Probe(server);
  for (const [round, bytes] of [2, 4, 6].entries()) {
    const fds = [openSync(path, 'r'), openSync(path, 'r')];
    client.writeWithFds?.('{}', fds);
    for (const fd of fds) closeSync(fd);
    await far.until((probe) => probe.bytes === bytes);
    assert.equal(openOn(path), 2, `round ${round}`);
  }
  await close();
  assert.equal(openOn(path), 0);
});

test('a command of a monitor takes what came with it', linux, async () => {
  const listener = await listenChardev(`unix:${join(folder, 'monitor')},server=on`, { receiveFds: true });
  const kinds: unknown[] = [];
  const monitor = createMonitor({
    version: { qemu: { micro: 0, minor: 2, major: 7 }, package: '' },
    commands: [
      {
        name: 'getfd',
        handler: (_args, { takeFds }) => {
          const fds = takeFds();
          kinds.push(fds?.map((fd) => fstatSync(fd).isCharacterDevice()));
          for (const fd of fds ?? []) closeSync(fd);
          if (fds?.length === 0) throw commandError('No file descriptor supplied via SCM_RIGHTS');
        },
      },
    ],
  });
  void monitor.serve(listener);
  const client = await connect(listener.label);
  const fd = openSync('/dev/null', 'r');
  await client.execute('getfd', { fdname: 'x' }, { fds: [fd] });
  closeSync(fd);
  await assert.rejects(client.execute('getfd', { fdname: 'x' }), { message: /No file descriptor supplied/ });
  assert.deepEqual(kinds, [[true], []]);
  await client.close();
  await monitor.close();
});

test('only a plain unix socket can receive them', async () => {
  for (const address of ['tcp:127.0.0.1:0,server=on', `unix:${join(folder, 't')},server=on,telnet=on`]) {
    await assert.rejects(listenChardev(address, { receiveFds: true }), {
      code: 'QMP_OPTION_INVALID',
      message: /cannot carry file descriptors/,
    });
    await (await listenChardev(address, { receiveFds: 'if-possible' })).close();
  }
});
