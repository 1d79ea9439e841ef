import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { after, test } from 'node:test';
import { disconnectedName, listenChardev, openChardev, parseTlsCreds, waitingLine } from 'qmp/chardev';
import type { QmpError } from 'qmp/protocol';
import { StreamChardev } from '#src/chardev/stream-chardev.js';
import { chardevContract, type Pair, Probe } from './contract.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-chardev-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;
const fresh = () => join(folder, `s${count++}`);

async function pair(address: string, clientIsNear: boolean): Promise<Pair> {
  const listener = await listenChardev(address);
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  assert.ok(server);
  return {
    near: clientIsNear ? client : server,
    far: clientIsNear ? server : client,
    cleanup: () => listener.close(),
  };
}

for (const [name, address] of [
  ['tcp', () => 'tcp:localhost:0,server=on,wait=off'],
  ['unix', () => `unix:${fresh()},server=on,wait=off`],
] as const) {
  chardevContract(`${name} client`, () => pair(address(), true));
  chardevContract(`${name} server`, () => pair(address(), false));
}

test('what one turn writes goes out in one write; what is written while bytes are delivered, at once', async () => {
  const written: string[] = [];
  const write = (chunk: Buffer, _encoding: unknown, done: () => void) => {
    written.push(chunk.toString());
    done();
  };
  const stream = new Duplex({ read() {}, write });
  const chardev = new StreamChardev({ label: 'test', readable: stream, writable: stream });
  const probe = new Probe(chardev, () => {
    chardev.write('three, ');
    chardev.write('four');
  });
  chardev.write('one, ');
  chardev.write('two');
  assert.deepEqual(written, []);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(written, ['one, two']);
  stream.push('go');
  assert.deepEqual([probe.text, ...written], ['go', 'one, two', 'three, four']);
  await chardev.close(new Error('enough'));
});

test('a reset connection is told with its cause', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = new Probe(await openChardev(`127.0.0.1:${(server.address() as { port: number }).port}`));
  (await accepted).resetAndDestroy();
  await client.until((probe) => probe.closed);
  assert.equal((client.error as QmpError).code, 'QMP_DISCONNECTED');
  assert.match(
    client.error?.message ?? '',
    /^tcp:127\.0\.0\.1:\d+: the connection broke: the peer reset it \(ECONNRESET\)$/,
  );
  server.close();
});

test('close gives up after its limit when the peer does not read', { timeout: 20_000 }, async () => {
  const listener = await listenChardev(`unix:${fresh()},server=on`);
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  assert.ok(server);
  const a = new Probe(client);
  while (client.write('z'.repeat(16_384))) await new Promise((resolve) => setImmediate(resolve));
  await client.close();
  assert.match(a.error?.message ?? '', /bytes unsent, the peer did not read them within 5000 ms/);
  await server.close();
  await listener.close();
});

test('a listener hands out its clients one after the other, and the next one waits', async () => {
  const listener = await listenChardev('tcp:127.0.0.1:0,server=on');
  const first = new Probe(await openChardev(listener.label));
  const second = new Probe(await openChardev(listener.label));
  second.chardev.write('from the second');
  const one = await listener.next();
  assert.ok(one);
  const two = await listener.next();
  assert.ok(two);
  const served = new Probe(two);
  await served.until((probe) => probe.text === 'from the second');
  await Promise.all([first.chardev.close(), second.chardev.close(), one.close(), two.close(), listener.close()]);
});

test('closing a listener ends the wait for a client and drops those who wait', async () => {
  const listener = await listenChardev('tcp:127.0.0.1:0,server=on');
  const waiting = listener.next();
  await listener.close();
  assert.equal(await waiting, undefined);
  await assert.rejects(openChardev(listener.label), { code: 'QMP_CONNECT_FAILED' });
});

test('an abort ends the wait for a client, and the listener goes on', async () => {
  const listener = await listenChardev('tcp:127.0.0.1:0,server=on');
  const controller = new AbortController();
  const waiting = listener.next(controller.signal);
  controller.abort(new Error('enough'));
  await assert.rejects(waiting, { code: 'QMP_ABORTED' });
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  await Promise.all([client.close(), server?.close(), listener.close()]);
});

test('an aborted connect says so and leaves nothing', async () => {
  const controller = new AbortController();
  const opening = openChardev('tcp:127.0.0.1:9', { signal: controller.signal });
  controller.abort(new Error('enough'));
  await assert.rejects(opening, { code: 'QMP_ABORTED' });
});

test('a unix socket is private, and gone when the listener closes', async () => {
  const path = fresh();
  const listener = await listenChardev(`unix:${path},server=on`);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await listener.close();
  assert.equal(existsSync(path), false);
});

test('a stale socket is replaced, one that somebody serves is not', async () => {
  const path = fresh();
  const stale = createServer();
  await new Promise<void>((resolve) => stale.listen(`${path}.old`, resolve));
  const { renameSync } = await import('node:fs');
  renameSync(`${path}.old`, path);
  stale.close();
  assert.equal(existsSync(path), true);
  const listener = await listenChardev(`unix:${path},server=on`);
  await assert.rejects(listenChardev(`unix:${path},server=on`), {
    code: 'QMP_LISTEN_FAILED',
    message: `cannot listen on unix:${path}: another process listens there (EADDRINUSE)`,
  });
  const [client, server] = await Promise.all([openChardev(path), listener.next()]);
  await Promise.all([client.close(), server?.close(), listener.close()]);
});

test('an ordinary file is not replaced by a socket', async () => {
  const path = fresh();
  writeFileSync(path, 'precious');
  await assert.rejects(listenChardev(`unix:${path},server=on`), { message: /the file exists and is not a socket/ });
  await assert.rejects(openChardev(path), { code: 'QMP_CONNECT_FAILED', message: /the file is not a socket/ });
  assert.equal(statSync(path).size, 8);
});

test('an abstract name needs no file', { skip: process.platform !== 'linux' }, async () => {
  const name = `qmp-test-${process.pid}`;
  const listener = await listenChardev(`unix:${name},abstract=on,tight=off,server=on`);
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  assert.equal(existsSync(name), false);
  await Promise.all([client.close(), server?.close(), listener.close()]);
});

test(
  'an abstract name has its exact length, or a Node that cannot do that says so',
  {
    skip: process.platform !== 'linux',
  },
  async () => {
    const name = `qmp-exact-${process.pid}`;
    const address = `unix:${name},abstract=on,server=on`;
    if (Number(process.versions.node.split('.')[0]) < 22) {
      await assert.rejects(listenChardev(address), { code: 'QMP_UNSUPPORTED', hint: /Node 22 .*tight=off/ });
      return;
    }
    const listener = await listenChardev(address);
    const padded = await listenChardev(`unix:${name},abstract=on,tight=off,server=on`);
    const names = readFileSync('/proc/net/unix', 'latin1').match(new RegExp(`@${name}@*$`, 'gm')) ?? [];
    assert.deepEqual(
      names.map(({ length }) => length).sort((a, b) => a - b),
      [name.length + 1, 108],
    );
    const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
    await Promise.all([client.close(), server?.close(), listener.close(), padded.close()]);
  },
);

test('to= tries the ports that follow, and an occupied port without it says who is in the way', async () => {
  const first = await listenChardev('tcp:127.0.0.1:0,server=on');
  const port = Number(first.label.split(':').at(-1));
  await assert.rejects(listenChardev(`tcp:127.0.0.1:${port},server=on`), {
    code: 'QMP_LISTEN_FAILED',
    message: `cannot listen on tcp:127.0.0.1:${port}: another process listens there (EADDRINUSE)`,
    hint: /to=PORT/,
  });
  const second = await listenChardev(`tcp:127.0.0.1:${port},to=${Math.min(port + 20, 65_535)},server=on`);
  assert.notEqual(second.label, first.label);
  await Promise.all([first.close(), second.close()]);
});

test('ipv4 and ipv6 choose the family', async () => {
  const four = await listenChardev('tcp:localhost:0,server=on,ipv4=on');
  assert.match(four.label, /^tcp:127\.0\.0\.1:/);
  await four.close();
  await assert.rejects(listenChardev('tcp:127.0.0.1:0,server=on,ipv6=on'), { code: 'QMP_LISTEN_FAILED' });
});

test('listening beyond loopback is refused without TLS, and the error says how to allow it', async () => {
  for (const address of ['tcp:0.0.0.0:0,server=on', 'tcp::0,server=on', 'telnet:[::]:0,server=on']) {
    await assert.rejects(listenChardev(address), {
      code: 'QMP_LISTEN_FAILED',
      message: /without TLS/,
      hint: /insecure=on/,
    });
  }
  const listener = await listenChardev('tcp:0.0.0.0:0,server=on,insecure=on');
  await listener.close();
});

test('a name of TLS credentials that is empty, or TLS that asks nobody who they are, protects nothing', async () => {
  await assert.rejects(listenChardev('tcp:0.0.0.0:0,server=on,tls-creds='), { code: 'QMP_OPTION_INVALID' });
  const creds = parseTlsCreds('tls-creds-x509,id=s,dir=/,endpoint=server,verify-peer=off');
  await assert.rejects(listenChardev('tcp:0.0.0.0:0,server=on,tls-creds=s', { tlsCreds: new Map([['s', creds]]) }), {
    code: 'QMP_LISTEN_FAILED',
    message: /without verifying who connects \(verify-peer=off\)/,
  });
});

test('what a waiting server is called is what QEMU calls it', async () => {
  const listener = await listenChardev('tcp:127.0.0.1:0,server=on');
  const port = listener.label.split(':').at(-1);
  assert.equal(disconnectedName(listener), `disconnected:tcp:127.0.0.1:${port},server=on`);
  assert.equal(
    waitingLine(listener),
    `info: QEMU waiting for connection on: disconnected:tcp:127.0.0.1:${port},server=on`,
  );
  await listener.close();
});

const failures: readonly (readonly [what: string, address: string, message: RegExp])[] = [
  ['a missing socket', '/nonexistent/vm.sock', /there is no such socket \(ENOENT\)/],
  ['a closed port', 'tcp:127.0.0.1:1', /nobody listens there \(ECONNREFUSED\)/],
  ['an unknown host', 'tcp:nohost.invalid:1', /the host name is unknown|name service/],
];
for (const [what, address, message] of failures) {
  test(`${what} is told with cause and next step`, async () => {
    await assert.rejects(openChardev(address), { code: 'QMP_CONNECT_FAILED', message, hint: /./ });
  });
}

test('a path too long for a unix socket is refused instead of cut', async () => {
  const path = `/tmp/${'x'.repeat(110)}`;
  const expected = { code: 'QMP_ADDRESS_INVALID', message: /at most 107 bytes, this one has 115/, hint: /shorter/ };
  await assert.rejects(openChardev(path), expected);
  await assert.rejects(listenChardev(`unix:${path},server=on`), expected);
});

test('no permission is told with cause and next step', async () => {
  const path = fresh();
  const listener = await listenChardev(`unix:${path},server=on`);
  chmodSync(path, 0);
  // Permissions do not hold back root: a child with another user id tries.
  const script = `
    const { openChardev } = await import(${JSON.stringify(import.meta.resolve('qmp/chardev'))});
    await openChardev(${JSON.stringify(path)}).catch((error) => console.log(error.code, error.message, error.hint));
  `;
  const asUser = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: '/', ...asUser }).toString();
  assert.match(
    out,
    /^QMP_CONNECT_FAILED cannot connect to unix:.*: permission denied \(EACCES\) Run as the user who owns/,
  );
  await listener.close();
});

test('a missing directory is told with cause and next step', async () => {
  await assert.rejects(listenChardev('unix:/nonexistent/vm.sock,server=on'), {
    code: 'QMP_LISTEN_FAILED',
    message: /the directory does not exist \(ENOENT\)/,
    hint: /./,
  });
});

test('server=on does not fit the end that connects', async () => {
  await assert.rejects(openChardev('tcp:127.0.0.1:1,server=on'), { code: 'QMP_OPTION_INVALID', message: /server=on/ });
});

test('what a paused end keeps stays as it came, whatever other sockets read meanwhile', async () => {
  const listener = await listenChardev(`unix:${fresh()},server=on`);
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  assert.ok(server);
  const [near, far] = [new Probe(client), new Probe(server)];
  client.pause();
  server.write('kept as it came');
  client.write('overwritten?');
  await far.until((probe) => probe.text === 'overwritten?');
  client.resume();
  await near.until((probe) => probe.bytes === 15);
  assert.equal(near.text, 'kept as it came');
  await Promise.all([client.close(), server.close(), listener.close()]);
});
