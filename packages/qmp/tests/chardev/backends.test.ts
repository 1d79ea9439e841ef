import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { listenChardev, NullChardev, openChardev, RingbufChardev } from 'qmp/chardev';
import { chardevContract, type Pair, Probe } from './contract.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-backends-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;
const fresh = () => join(folder, `f${count++}`);
const linux = process.platform === 'linux';

async function pipes(near: 'server' | 'client'): Promise<Pair> {
  const path = fresh();
  execFileSync('mkfifo', [`${path}.in`, `${path}.out`]);
  const listener = await listenChardev(`pipe:${path}`);
  const server = await listener.next();
  assert.ok(server);
  const client = await openChardev(`pipe:${path}`);
  return near === 'server' ? { near: server, far: client } : { near: client, far: server };
}

async function terminals(near: 'server' | 'client'): Promise<Pair> {
  const listener = await listenChardev('pty');
  const client = await openChardev(listener.label.replace('pty:', ''));
  const server = await listener.next();
  assert.ok(server);
  const pair = near === 'server' ? { near: server, far: client } : { near: client, far: server };
  return { ...pair, cleanup: () => listener.close() };
}

if (linux) {
  // A named pipe that its server holds open both ways never ends for it.
  chardevContract('pipe client', () => pipes('client'), { halfClose: false, seesLeave: true });
  chardevContract('pipe server', () => pipes('server'), { halfClose: false, seesLeave: false });
  // A terminal closes both directions at once.
  chardevContract('pty server', () => terminals('server'), { halfClose: false });
  // The terminal lives as long as its listener, whoever serves it.
  chardevContract('pty client', () => terminals('client'), { halfClose: false, seesLeave: false });
}

test(
  'each program that opens a pty is a client, one after the other, and path= links to it',
  { skip: !linux },
  async () => {
    const path = fresh();
    const listener = await listenChardev(`pty:${path}`);
    assert.equal(`pty:${readlinkSync(path)}`, listener.label);
    for (const word of ['first', 'second']) {
      const serving = listener.next();
      const client = new Probe(await openChardev(listener.label.replace('pty:', '')));
      const server = await serving;
      assert.ok(server);
      const served = new Probe(server);
      client.chardev.write(word);
      await served.until((probe) => probe.text === word);
      await client.chardev.close();
      await served.until((probe) => probe.closed);
      assert.equal(served.error, undefined);
    }
    await listener.close();
  },
);

test('null takes everything and gives nothing', async () => {
  const probe = new Probe(new NullChardev());
  assert.equal(probe.chardev.write('x'.repeat(1_000_000)), true);
  assert.equal(probe.chardev.writableLength, 0);
  const reason = new Error('enough');
  await probe.chardev.close(reason);
  await probe.until(() => probe.closed);
  assert.deepEqual([probe.log, probe.error], [['close'], reason]);
  assert.throws(() => new Probe(probe.chardev), { code: 'QMP_STATE' });
});

test('ringbuf keeps the last bytes, and reading takes them out', () => {
  const ring = new RingbufChardev(8);
  ring.write('abc');
  assert.equal(Buffer.from(ring.read(2)).toString(), 'ab');
  ring.write('defghijk');
  assert.equal(ring.available, 8);
  ring.write(new Uint8Array([0x6c]));
  assert.equal(Buffer.from(ring.read(100)).toString(), 'efghijkl');
  assert.equal(ring.available, 0);
  ring.write('0123456789');
  assert.equal(Buffer.from(ring.read(100)).toString(), '23456789');
});

test('file writes to one file and reads from another; append keeps what was there', async () => {
  const [out, input] = [fresh(), fresh()];
  writeFileSync(input, 'typed');
  writeFileSync(out, 'old ');
  const probe = new Probe(await openChardev(`file:${out},input-path=${input},append=on`));
  probe.chardev.write('new');
  await probe.until(() => probe.ended);
  assert.equal(probe.text, 'typed');
  await probe.chardev.close();
  assert.equal(probe.error, undefined);
  assert.equal(readFileSync(out, 'utf8'), 'old new');
  const fresher = new Probe(await openChardev(`file:${out}`));
  fresher.chardev.write('only');
  await fresher.chardev.close();
  assert.equal(readFileSync(out, 'utf8'), 'only');
});

test('a file, pipe or device that cannot be opened is told with cause and next step', async () => {
  const expected = { code: 'QMP_CONNECT_FAILED', message: /no such file or directory \(ENOENT\)/, hint: /path/ };
  await assert.rejects(openChardev('file:/nonexistent/x'), expected);
  await assert.rejects(openChardev('pipe:/nonexistent/x'), expected);
  await assert.rejects(openChardev('/dev/nonexistent'), expected);
  await assert.rejects(openChardev(`file:${folder}`), { message: /it is a directory/ });
  await assert.rejects(openChardev('pty'), { code: 'QMP_OPTION_INVALID', hint: /Listen on it/ });
});

test('a device that is no terminal is written to and never ends by itself', { skip: !linux }, async () => {
  const probe = new Probe(await openChardev('/dev/null'));
  probe.chardev.write('x');
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([probe.ended, probe.closed, probe.chardev.writableLength], [false, false, 0]);
  await probe.chardev.close();
});

test('a pipe that nobody serves is told as such', { skip: !linux }, async () => {
  const path = fresh();
  execFileSync('mkfifo', [`${path}.in`, `${path}.out`]);
  await assert.rejects(openChardev(`pipe:${path}`), { message: /nobody reads it/, hint: /-qmp pipe/ });
});

test('an inherited socket is a chardev, connected or listening', { skip: !linux }, async () => {
  const script = `
    import { listenChardev, openChardev } from 'qmp/chardev';
    const chardev = await openChardev('fd:3');
    chardev.start({ data: (c) => chardev.write('got ' + c.toString()), end: () => chardev.close(), drain() {}, close() {} });
    const listener = await listenChardev('fd:4,server=on');
    const client = await listener.next();
    client.start({ data() {}, end() {}, drain() {}, close() {} });
    client.write('from the listener');
    await client.close();
    await listener.close();
    await openChardev('fd:999').catch((error) => chardev.write(error.code));
  `;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const handle = (server as unknown as { _handle: { fd: number } })._handle.fd;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', handle],
  });
  const gone = new Promise((resolve) => child.once('close', resolve));
  const socket = child.stdio[3] as import('node:net').Socket;
  let out = '';
  socket.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  socket.write('hello');
  while (out !== 'got hello') await new Promise((resolve) => socket.once('data', resolve));
  // From here on only the child has the listening socket.
  server.close();
  const client = new Probe(await openChardev(`tcp:127.0.0.1:${port}`));
  await client.until((probe) => probe.ended);
  assert.equal(client.text, 'from the listener');
  await client.chardev.close();
  while (!out.endsWith('QMP_CONNECT_FAILED')) await new Promise((resolve) => socket.once('data', resolve));
  socket.end();
  await gone;
  assert.match(out, /^got hello/);
});

test('reconnect connects again after the pause, as often as it takes, and stops when closed', async () => {
  const path = fresh();
  const outgoing = await listenChardev(`socket,path=${path},reconnect-ms=10`);
  const connecting = outgoing.next();
  const incoming = await listenChardev(`unix:${path},server=on`);
  for (let round = 0; round < 3; round++) {
    const [ours, theirs] = await Promise.all([round === 0 ? connecting : outgoing.next(), incoming.next()]);
    assert.ok(ours);
    assert.ok(theirs);
    const probe = new Probe(ours);
    theirs.write(`round ${round}`);
    await probe.until(() => probe.text === `round ${round}`);
    await theirs.close();
    await probe.until(() => probe.ended || probe.closed);
    await ours.close();
  }
  await incoming.close();
  const controller = new AbortController();
  const aborted = outgoing.next(controller.signal);
  controller.abort();
  await assert.rejects(aborted, { code: 'QMP_ABORTED' });
  const last = outgoing.next();
  await outgoing.close();
  assert.equal(await last, undefined);
});

test('without reconnect a chardev that is no server has one client', async () => {
  const listener = await listenChardev('null');
  const first = await listener.next();
  assert.equal(first?.label, 'null');
  assert.equal(await listener.next(), undefined);
  await first?.close();
  await listener.close();
});
