import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { listenChardev, openChardev } from 'qmp/chardev';
import type { Chardev } from 'qmp/protocol';
import { memoryChardevs } from 'qmp/testing';
import { TelnetChardev } from '#src/chardev/telnet.js';
import { chardevContract, Probe } from './contract.js';

const IAC = 255;
const [DONT, DO, WONT, WILL] = [254, 253, 252, 251];
const opening = [IAC, WILL, 1, IAC, WILL, 3, IAC, WILL, 0, IAC, DO, 0];

async function sockets(clientIsNear: boolean) {
  const listener = await listenChardev('telnet:127.0.0.1:0,server=on');
  const [client, server] = await Promise.all([openChardev(listener.label), listener.next()]);
  assert.ok(server);
  const [near, far] = clientIsNear ? [client, server] : [server, client];
  return { near, far, cleanup: () => listener.close() };
}
chardevContract('telnet client', () => sockets(true));
chardevContract('telnet server', () => sockets(false));

/** A telnet end under test and the raw bytes of its peer. */
function raw(role: 'server' | 'client', chunk?: number) {
  const [inner, wire] = memoryChardevs(chunk === undefined ? {} : { chunk });
  const chardev: Chardev = new TelnetChardev(inner, role);
  const seen = new Probe(chardev);
  const peer = new Probe(wire);
  const bytes = () => [...Buffer.from(peer.text, 'latin1')];
  return { chardev, wire, seen, peer, bytes, close: () => Promise.all([chardev.close(), wire.close()]) };
}

test('a server opens with the offers that QEMU makes, a client with none', async () => {
  const server = raw('server');
  await server.peer.until((probe) => probe.bytes === 12);
  assert.deepEqual(server.bytes(), opening);
  await server.close();
  const client = raw('client');
  client.chardev.write('x');
  await client.peer.until((probe) => probe.bytes > 0);
  assert.equal(client.peer.text, 'x');
  await client.close();
});

test('answers to our offers are not answered again', async () => {
  const { wire, peer, close, bytes } = raw('server');
  wire.write(Uint8Array.of(IAC, DO, 1, IAC, DO, 3, IAC, DO, 0, IAC, WILL, 0, IAC, DONT, 1, IAC, 246));
  await peer.until((probe) => probe.text.includes('[yes]'));
  assert.deepEqual(bytes().slice(opening.length, -9), [IAC, WONT, 1]);
  await close();
});

test('what we do not know is refused, once for each request', async () => {
  const { wire, peer, close, bytes } = raw('server');
  wire.write(Uint8Array.of(IAC, DO, 24, IAC, WILL, 31, IAC, WONT, 31, IAC, DONT, 24));
  wire.write(Uint8Array.of(IAC, 246));
  await peer.until((probe) => probe.text.includes('[yes]'));
  assert.deepEqual(bytes().slice(opening.length, -9), [IAC, WONT, 24, IAC, DONT, 31]);
  await close();
});

test('a client agrees to echo, binary and no go-ahead', async () => {
  const { wire, peer, close, bytes } = raw('client');
  wire.write(Uint8Array.from(opening));
  await peer.until((probe) => probe.bytes === 12);
  assert.deepEqual(bytes(), [IAC, DO, 1, IAC, DO, 3, IAC, DO, 0, IAC, WILL, 0]);
  await close();
});

test('commands and subnegotiations never reach the user, wherever the stream is cut', async () => {
  for (const chunk of [1, 2, 3, 100]) {
    const { wire, seen, close } = raw('server', chunk);
    wire.write(
      Uint8Array.of(0x7b, IAC, DO, 24, 0x22, IAC, 250, 24, 0, IAC, IAC, 1, IAC, 240, 0x61, IAC, 241, 0x22, 0x7d),
    );
    await seen.until((probe) => probe.text.endsWith('}'));
    assert.equal(seen.text, '{"a"}');
    await close();
  }
});

test('a break reaches the user at its place among the data', async () => {
  const [inner, wire] = memoryChardevs();
  const heard: string[] = [];
  const chardev = new TelnetChardev(inner, 'server');
  chardev.start({
    data: (chunk) => heard.push(Buffer.from(chunk).toString()),
    end() {},
    drain() {},
    close() {},
    break: () => heard.push('break'),
  });
  wire.start({ data() {}, end() {}, drain() {}, close() {} });
  wire.write(Uint8Array.of(0x61, IAC, 243, 0x62));
  wire.write('c');
  while (!heard.includes('c')) await new Promise(setImmediate);
  assert.deepEqual(heard, ['a', 'break', 'b', 'c']);
  await Promise.all([chardev.close(), wire.close()]);
});

test('Return is one character for a server that is not in binary', async () => {
  for (const chunk of [1, 100]) {
    const { wire, seen, close } = raw('server', chunk);
    wire.write('a\r\nb\r\0c\r');
    wire.write('d\n');
    await seen.until((probe) => probe.text.endsWith('d\n'));
    assert.equal(seen.text, 'a\rb\rc\rd\n');
    await close();
  }
});

test('in text, a bare CR goes as CR NUL and CR LF stays', async () => {
  const { chardev, peer, close } = raw('client');
  chardev.write('a\rb\r');
  chardev.write('\nc\r');
  chardev.write('d');
  await peer.until((probe) => probe.text.endsWith('d'));
  assert.equal(peer.text, 'a\r\0b\r\nc\r\0d');
  await close();
});

test('any bytes survive, in text and in binary', async () => {
  const bytes = fc.uint8Array({ minLength: 1 }).map((array) => array.map((byte) => (byte % 7 === 0 ? 255 : byte)));
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 5 }), fc.boolean(), async (data, chunk, binary) => {
      const [a, b] = memoryChardevs({ chunk });
      const server = new TelnetChardev(a, 'server');
      const client = new TelnetChardev(b, 'client');
      const [near, far] = [new Probe(server), new Probe(client)];
      if (binary) {
        // The client's first answer arrives before its data: both sides have agreed on binary then.
        server.write('go');
        await far.until((probe) => probe.text === 'go');
        client.write('ready');
        await near.until((probe) => probe.text === 'ready');
      }
      const text = binary ? data : data.filter((byte) => byte !== 0x0d);
      near.text = '';
      client.write(text);
      await client.close();
      await near.until((probe) => probe.ended);
      assert.equal(near.text, Buffer.from(text).toString('latin1'));
      await server.close();
    }),
    { numRuns: 50 },
  );
});

test('a flood of requests gets no more answers than requests', async () => {
  const { wire, peer, close } = raw('server');
  for (let round = 0; round < 1000; round++) wire.write(Uint8Array.of(IAC, DO, 0, IAC, WILL, 0, IAC, DO, 99));
  wire.write(Uint8Array.of(IAC, 246));
  await peer.until((probe) => probe.text.includes('[yes]'));
  assert.equal(peer.bytes, 12 + 3 * 1000 + 9);
  await close();
});
