import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { serveSerialPort } from '#src/chardevs/serial-backend.js';
import { Bench } from './bench.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-machine-'));
let bench: Bench;

beforeEach(async () => {
  bench = await Bench.start();
});
afterEach(() => bench.stop());
after(() => rmSync(folder, { recursive: true }));

const listening = (path: string) =>
  ({ type: 'socket', data: { addr: { type: 'unix', data: { path } }, server: true, wait: false } }) as const;

/** Reads until what came has `text`. */
function read(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const look = (chunk: Buffer) => {
      seen += chunk;
      if (!seen.includes(text)) return;
      socket.off('data', look);
      resolve(seen);
    };
    socket.on('data', look).once('error', reject);
  });
}

describe('character devices at run time', () => {
  test('a ring buffer is made, listed and removed', async () => {
    const { client } = bench;
    await client.execute('chardev-add', { id: 'ring', backend: { type: 'ringbuf', data: { size: 1024 } } });
    assert.deepEqual(await client.execute('query-chardev'), [
      { label: 'ring', filename: 'ringbuf', 'frontend-open': false },
    ]);
    await assert.rejects(client.execute('chardev-add', { id: 'ring', backend: { type: 'null', data: {} } }), {
      message: /Chardev with id 'ring' already exists/,
    });
    await client.execute('chardev-remove', { id: 'ring' });
    assert.deepEqual(await client.execute('query-chardev'), []);
    await assert.rejects(client.execute('chardev-remove', { id: 'ring' }), { message: /Chardev 'ring' not found/ });
  });

  test('a backend that cannot be opened leaves nothing behind', async () => {
    const { client } = bench;
    const out = join(folder, 'no', 'such', 'folder');
    await assert.rejects(client.execute('chardev-add', { id: 'file', backend: { type: 'file', data: { out } } }), {
      message: /Failed to add chardev 'file': .*No such file or directory/,
    });
    await assert.rejects(
      client.execute('chardev-add', { id: 'odd', backend: { type: 'ringbuf', data: { size: 1000 } } }),
      { message: /Failed to add chardev 'odd': size of ringbuf chardev must be power of two/ },
    );
    assert.deepEqual(await client.execute('query-chardev'), []);
  });

  test('a serial port goes on with the backend that takes the place of its own', async () => {
    const { client, chardevs, machine } = bench;
    const path = join(folder, 'serial.sock');
    const port = machine.serialPorts[0];
    assert.ok(port);
    const chardev = await chardevs.open('serial0', { backend: 'ringbuf', size: 4096 });
    const served = serveSerialPort(port, chardev.use('serial'));
    await turn();
    await client.execute('ringbuf-write', { device: 'serial0', data: 'echo one\r' });
    for (let text = ''; !text.includes('one\r\none'); await turn())
      text += await client.execute('ringbuf-read', { device: 'serial0', size: 4096 });
    await assert.rejects(client.execute('chardev-remove', { id: 'serial0' }), { message: /Chardev 'serial0' is busy/ });

    await client.execute('chardev-change', { id: 'serial0', backend: listening(path) });
    const socket = connectSocket(path);
    socket.write('echo two\r');
    await read(socket, 'two\r\ntwo');

    const out = join(folder, 'serial.log');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await client.execute('chardev-change', { id: 'serial0', backend: { type: 'file', data: { out } } });
    await closed;
    port.write(new TextEncoder().encode('echo three\r'));
    while (!readFileSync(out, 'utf8').includes('three\r\nthree')) await turn();
    await chardevs.close();
    await served;
  });

  test('nothing but an unknown chardev or a monitor refuses another backend', async () => {
    const { client, chardevs } = bench;
    const backend = { type: 'null', data: {} } as const;
    await assert.rejects(client.execute('chardev-change', { id: 'none', backend }), {
      message: /Chardev 'none' does not exist/,
    });
    (await chardevs.open('mon', { backend: 'null' })).use('monitor');
    await assert.rejects(client.execute('chardev-change', { id: 'mon', backend }), {
      message: /Chardev user does not support chardev hotswap/,
    });
  });
});

test('a monitor made at run time serves its chardev until it is taken away', async () => {
  const { client } = bench;
  const path = join(folder, 'monitor.sock');
  await client.execute('chardev-add', { id: 'second', backend: listening(path) });
  await client.execute('object-add', { 'qom-type': 'monitor-qmp', id: 'mon1', chardev: 'second' });
  const socket = connectSocket(path);
  await read(socket, '"QMP"');
  const properties = await client.execute('qom-list', { path: '/objects' });
  assert.ok(properties.some(({ name, type }) => name === 'mon1' && type === 'child<monitor-qmp>'));
  await assert.rejects(client.execute('chardev-remove', { id: 'second' }), { message: /Chardev 'second' is busy/ });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await client.execute('object-del', { id: 'mon1' });
  await closed;
  await client.execute('chardev-remove', { id: 'second' });
});

test('a socket whose peer hangs is cut off out-of-band, and serves the next client', async () => {
  const { client } = bench;
  const path = join(folder, 'yank.sock');
  const second = { type: 'chardev', id: 'second' } as const;
  await client.execute('chardev-add', { id: 'ring', backend: { type: 'ringbuf', data: {} } });
  await client.execute('chardev-add', { id: 'second', backend: listening(path) });
  await client.execute('object-add', { 'qom-type': 'monitor-qmp', id: 'mon1', chardev: 'second' });
  assert.deepEqual(await client.execute('query-yank', {}, { oob: true }), [second]);
  const socket = connectSocket(path);
  await read(socket, '"QMP"');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const missing = { type: 'chardev', id: 'ring' } as const;
  await assert.rejects(client.execute('yank', { instances: [second, missing] }, { oob: true }), {
    errorClass: 'DeviceNotFound',
    message: /Instance not found/,
  });
  await client.execute('yank', { instances: [second] }, { oob: true });
  await closed;
  const next = connectSocket(path);
  await read(next, '"QMP"');
  next.destroy();
});

test('a secret is an object like others; a name is taken once, and must be one', async () => {
  const { client } = bench;
  const secret = { 'qom-type': 'secret', id: 'sec0', data: 'pass' } as const;
  await client.execute('object-add', secret);
  assert.equal(await client.execute('qom-get', { path: '/objects/sec0', property: 'format' }), 'raw');
  await assert.rejects(client.execute('object-add', secret), { message: /duplicate property 'sec0' to object/ });
  await assert.rejects(client.execute('object-add', { ...secret, id: '1' }), { message: /expects an identifier/ });
  await client.execute('object-del', { id: 'sec0' });
  await assert.rejects(client.execute('object-del', { id: 'sec0' }), { message: /object 'sec0' not found/ });
});
