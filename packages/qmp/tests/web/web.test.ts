import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { connect } from 'qmp';
import { listenChardev } from 'qmp/chardev';
import { createMonitor } from 'qmp/monitor';
import type { Chardev } from 'qmp/protocol';
import { messagePortChardev, openWebSocket } from 'qmp/web';
import { WebSocket } from 'ws';
import { chardevContract, type Pair, Probe } from '../chardev/contract.js';

chardevContract('message port', async () => {
  const { port1, port2 } = new MessageChannel();
  return { near: messagePortChardev(port1), far: messagePortChardev(port2) };
});

// The package ws has the browser's interface; Node 20 has no WebSocket of its own.
const withWebSocket = async <T>(work: () => Promise<T>): Promise<T> => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
  Object.defineProperty(globalThis, 'WebSocket', { value: WebSocket, configurable: true });
  try {
    return await work();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'WebSocket');
    else Object.defineProperty(globalThis, 'WebSocket', before);
  }
};

async function pair(open: (url: string) => Promise<Chardev>): Promise<Pair> {
  const listener = await listenChardev('websocket:127.0.0.1:0,server=on');
  const [near, far] = await Promise.all([open(listener.label.replace('websocket:', 'ws://')), listener.next()]);
  assert.ok(far);
  return { near, far, cleanup: () => listener.close() };
}

chardevContract('web socket', () => withWebSocket(() => pair(openWebSocket)), { halfClose: false });

chardevContract('web socket of one’s own', () => pair((url) => openWebSocket(new WebSocket(url, 'binary'))), {
  halfClose: false,
});

test('a web socket that is open already is taken as it is', async () => {
  const { near, far, cleanup } = await pair(async (url) => {
    const socket = new WebSocket(url, 'binary');
    await once(socket, 'open');
    return openWebSocket(socket);
  });
  const probe = new Probe(near);
  new Probe(far);
  far.write('hello');
  await probe.until(() => probe.text === 'hello');
  await Promise.all([near.close(), far.close()]);
  await cleanup?.();
});

test('a web socket that cannot connect, and one that is aborted, say so', async () => {
  await withWebSocket(async () => {
    await assert.rejects(openWebSocket('ws://127.0.0.1:1/'), { code: 'QMP_CONNECT_FAILED', hint: /origin/ });
    const controller = new AbortController();
    const opening = openWebSocket('ws://127.0.0.1:1/', controller.signal);
    controller.abort();
    await assert.rejects(opening, { code: 'QMP_ABORTED' });
    const socket = new WebSocket('ws://127.0.0.1:1/', 'binary');
    await assert.rejects(openWebSocket(socket, AbortSignal.abort()), { code: 'QMP_ABORTED' });
  });
});

test('without a global WebSocket the error names what to use', { skip: 'WebSocket' in globalThis }, async () => {
  await assert.rejects(openWebSocket('ws://127.0.0.1:1/'), { code: 'QMP_UNSUPPORTED', hint: /openChardev/ });
});

test('a client and a monitor talk over a message channel', async () => {
  const { port1, port2 } = new MessageChannel();
  await using monitor = createMonitor({
    version: { qemu: { micro: 3, minor: 2, major: 1 }, package: 'port' },
  });
  const session = monitor.attach(messagePortChardev(port2));
  const client = await connect(messagePortChardev(port1, 'worker'));
  assert.equal((await client.execute('query-version')).package, 'port');
  await client.close();
  await session.closed;
});

test('back-pressure over a message port is what the other user took', async () => {
  const { port1, port2 } = new MessageChannel();
  const [near, far] = [messagePortChardev(port1), messagePortChardev(port2)];
  const probe = new Probe(near);
  far.pause();
  const other = new Probe(far);
  assert.equal(near.write('x'.repeat(70_000)), false);
  assert.equal(near.writableLength, 70_000);
  far.resume();
  await probe.until(() => probe.drains === 1);
  assert.equal(other.bytes, 70_000);
  assert.equal(near.writableLength, 0);
  await Promise.all([near.close(), far.close()]);
});
