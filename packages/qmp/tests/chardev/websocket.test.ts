import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { listenChardev, openChardev } from 'qmp/chardev';
import { WebSocket } from 'ws';
import { chardevContract, Probe } from './contract.js';

async function pair(clientIsNear: boolean) {
  const listener = await listenChardev('websocket:127.0.0.1:0,server=on');
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  assert.ok(server);
  const [near, far] = clientIsNear ? [client, server] : [server, client];
  return { near, far, cleanup: () => listener.close() };
}
// A WebSocket ends both directions at once.
chardevContract('websocket client', () => pair(true), { halfClose: false });
chardevContract('websocket server', () => pair(false), { halfClose: false });

/** Asks for a websocket as a page of `origin` does. */
function browse(label: string, origin: string): Promise<string> {
  const socket = new WebSocket(`ws://${label.replace('websocket:', '')}/`, { origin });
  return new Promise((resolve) => {
    socket.once('open', () => {
      resolve('open');
      socket.terminate();
    });
    socket.once('error', (error) => resolve(error.message));
  });
}

test('a page is let in only when its origin is allowed', async () => {
  const listener = await listenChardev('websocket:127.0.0.1:0,server=on,origin=https://console.example');
  const serve = async () => {
    for (let client = await listener.next(); client !== undefined; client = await listener.next()) {
      new Probe(client);
      await client.close();
    }
  };
  const serving = serve();
  assert.match(await browse(listener.label, 'https://evil.example'), /403/);
  assert.equal(await browse(listener.label, 'https://console.example'), 'open');
  await listener.close();
  await serving;
});

test('clients that say nothing keep nobody waiting, and the oldest of too many are dropped', async () => {
  const listener = await listenChardev('websocket:127.0.0.1:0,server=on');
  const port = Number(listener.label.split(':').at(-1));
  const silent = Array.from({ length: 20 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  const started = performance.now();
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  assert.ok(server !== undefined && performance.now() - started < 5000);
  await listener.close();
  for (const socket of silent) socket.destroy();
  await Promise.all([client.close(), server.close()]);
});

test('without the option no page is let in', async () => {
  const listener = await listenChardev('websocket:127.0.0.1:0,server=on');
  const next = listener.next();
  assert.match(await browse(listener.label, 'http://127.0.0.1'), /403/);
  await listener.close();
  assert.equal(await next, undefined);
});

test('a browser that opens the address as a page is told what the port speaks', async () => {
  const listener = await listenChardev('websocket:127.0.0.1:0,server=on');
  const next = listener.next();
  const answer = await fetch(`http://${listener.label.replace('websocket:', '')}/`);
  assert.equal(answer.status, 426);
  assert.match(await answer.text(), /speaks WebSocket/);
  await listener.close();
  assert.equal(await next, undefined);
});

test('bytes that are not HTTP are refused, and the next client is served', async () => {
  const listener = await listenChardev('websocket:127.0.0.1:0,server=on');
  const next = listener.next();
  const raw = new Probe(await openChardev(listener.label.replace('websocket:', 'tcp:')));
  raw.chardev.write('{"execute":"qmp_capabilities"}\r\n\r\n');
  await raw.until((probe) => probe.closed || probe.ended);
  assert.match(raw.text, /^HTTP\/1\.1 400 /);
  await raw.chardev.close();
  const [good, served] = await Promise.all([openChardev(listener.label), next]);
  await Promise.all([good.close(), served?.close(), listener.close()]);
});

test('a text message is data like any other, and one beyond the limit ends the connection', async () => {
  const listener = await listenChardev('websocket:127.0.0.1:0,server=on');
  const socket = new WebSocket(`ws://${listener.label.replace('websocket:', '')}/`, ['other', 'binary']);
  const server = await listener.next();
  assert.ok(server);
  const probe = new Probe(server);
  if (socket.readyState !== WebSocket.OPEN) await new Promise((resolve) => socket.once('open', resolve));
  assert.equal(socket.protocol, 'binary');
  socket.on('error', () => {});
  socket.send('{"text": 1}');
  await probe.until(() => probe.text === '{"text": 1}');
  socket.send(Buffer.alloc(16 * 1024 * 1024 + 1));
  await probe.until(() => probe.closed);
  assert.match(probe.error?.message ?? '', /payload|too big|size/i);
  await listener.close();
});

test('a server that speaks no websocket is told with the next step', async () => {
  const listener = await listenChardev('tcp:127.0.0.1:0,server=on');
  const serving = listener.next().then(async (chardev) => {
    chardev?.write('{"QMP": {}}\r\n');
    await chardev?.close();
  });
  await assert.rejects(openChardev(listener.label.replace('tcp:', 'websocket:')), {
    code: 'QMP_CONNECT_FAILED',
    message: /no websocket/,
    hint: /websocket=on/,
  });
  await serving;
  await listener.close();
});
