import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type AnyApi, type ConnectOptions, connect, QmpError } from 'qmp';
import type { Chardev } from 'qmp/protocol';
import { FakeClock, memoryChardevs } from 'qmp/testing';
import { GREETING, Peer, pair } from './peer.js';

const code = (expected: string) => (error: unknown) => QmpError.is(error) && error.code === expected;

/** Connects to a peer that says only this. */
async function failure(text: string, options: ConnectOptions = {}, milliseconds = 60_000): Promise<QmpError> {
  const clock = new FakeClock();
  const [near, far] = memoryChardevs({ labels: ['unix:/vm.sock', 'far'] });
  const states: boolean[] = [];
  far.start({ data: () => undefined, end: () => states.push(true), drain: () => undefined, close: () => undefined });
  if (text !== '') far.write(text);
  const connecting = connect<AnyApi>(near, { clock, ...options }).then(
    () => assert.fail('it connected'),
    (error: unknown) => error,
  );
  await clock.advance(milliseconds);
  const error = await connecting;
  assert.ok(QmpError.is(error), String(error));
  assert.equal(clock.pending, 0, 'no timer is left');
  await far.close();
  return error;
}

test('a chardev that does not open in time is a connect timeout, and what opens late is closed', async () => {
  const clock = new FakeClock();
  const [late, far] = memoryChardevs();
  let open: (chardev: Chardev) => void = () => undefined;
  const opening = new Promise<Chardev>((resolve) => {
    open = resolve;
  });
  const connecting = assert.rejects(
    connect(() => opening, { clock, timeouts: { open: 500 } }),
    (error: QmpError) => error.code === 'QMP_CONNECT_TIMEOUT' && /within 500 ms/.test(error.message),
  );
  await clock.advance(500);
  await connecting;
  const closed = new Promise<void>((resolve) => {
    far.start({ data: () => undefined, end: () => resolve(), drain: () => undefined, close: () => undefined });
  });
  open(late);
  await closed;
});

test('accepted, then silent: the reason says that someone else holds the monitor', async () => {
  const error = await failure('', { timeouts: { greeting: 3000 } });
  assert.equal(error.code, 'QMP_GREETING_TIMEOUT');
  assert.match(error.message, /unix:\/vm.sock accepted the connection, then sent no greeting for 3 s/);
  assert.match(error.hint ?? '', /Someone else holds this monitor/);
});

test('greeted, then silent: the reason says what may still be running', async () => {
  const error = await failure(GREETING, { timeouts: { negotiation: 2000 } });
  assert.equal(error.code, 'QMP_NEGOTIATION_FAILED');
  assert.match(error.message, /did not answer "qmp_capabilities" for 2 s/);
});

test('a peer that is not QMP is named when it can be recognised', async () => {
  const cases: [string, RegExp][] = [
    ["QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ", /human monitor/],
    ['SSH-2.0-OpenSSH_9.2\r\n', /SSH server/],
    ['HTTP/1.1 400 Bad Request\r\n', /web server/],
    ['RFB 003.008\n', /VNC server/],
    ['hello\r\n', /began with "hello/],
    ['[1, 2]\r\n', /began with "\[1, 2\]/],
    ['{"hello": "world"}\r\n', /began with "{\\"hello/],
    ['{"QMP": 1}\r\n', /greeting cannot be understood/],
  ];
  for (const [text, pattern] of cases) {
    const error = await failure(text);
    assert.equal(error.code, 'QMP_GREETING_INVALID', text);
    assert.match(error.message, pattern);
    assert.ok(error.hint !== undefined);
  }
});

test('a command that takes long is told as slow before it fails, and the reason says that it may still run', async () => {
  const clock = new FakeClock();
  const { client, peer } = await pair({ clock });
  const status = client.status();
  const slow = client.execute('block_resize', {}, { timeout: 1000 });
  const rejected = assert.rejects(slow, (error: QmpError) => {
    assert.equal(error.code, 'QMP_COMMAND_TIMEOUT');
    assert.match(error.message, /"block_resize" was not answered within 1 s/);
    assert.match(error.hint ?? '', /may still run/);
    return true;
  });
  await clock.advance(600);
  assert.equal((await status.next()).value.type, 'connected');
  const warning = (await status.next()).value;
  assert.equal(warning.type, 'slow');
  assert.equal(warning.command, 'block_resize');
  await clock.advance(600);
  await rejected;
  assert.equal(client.state, 'running', 'one late command does not end the session');
  peer.reply(undefined);
  await client.close();
});

test('commands that take long by nature have more time, and the table can be changed', async () => {
  const clock = new FakeClock();
  const { client } = await pair({ clock, timeouts: { command: 1000, commands: { 'query-block': 50 } } });
  const ends: string[] = [];
  for (const name of ['query-status', 'dump-guest-memory', 'query-block', 'blockdev-add']) {
    client.execute(name).catch(() => ends.push(name));
  }
  await clock.advance(100);
  assert.deepEqual(ends, ['query-block']);
  await clock.advance(1000);
  assert.deepEqual(ends, ['query-block', 'query-status']);
  await clock.advance(3 * 60_000);
  assert.deepEqual(ends, ['query-block', 'query-status', 'blockdev-add']);
  client.destroy();
});

test('an idle peer that answers the probe keeps the session, one that does not loses it', async () => {
  const clock = new FakeClock();
  const { client, peer } = await pair({ clock, timeouts: { idle: 1000 } });
  peer.answer = ({ execute, id }) => (execute === 'query-version' ? `{"return": {}${id ?? ''}}\r\n` : undefined);
  await clock.advance(5000);
  assert.equal(client.state, 'running');
  assert.ok(peer.sent.length >= 2, 'it asked');
  peer.answer = () => undefined;
  await clock.advance(5000);
  assert.equal(client.state, 'closed');
  await assert.rejects(client.execute('query-status'), /was silent for 2 s, and asked, did not answer/);
});

test('when the peer dies every command under way fails at once with the cause', async () => {
  const [near, far] = memoryChardevs({ labels: ['unix:/vm.sock', 'far'] });
  const peer = new Peer(far);
  peer.say(GREETING);
  const client = await connect<AnyApi>(near);
  const three = ['a', 'b', 'c'].map((name) =>
    assert.rejects(client.execute(name), (error: QmpError) => {
      assert.equal(error.code, 'QMP_DISCONNECTED');
      assert.match(error.message, new RegExp(`"${name}" was interrupted: unix:/vm.sock: read ECONNRESET`));
      assert.equal(error.command, name);
      return true;
    }),
  );
  await peer.received(3);
  far.fail(new Error('read ECONNRESET'));
  await Promise.all(three);
  assert.equal(client.state, 'closed');
  await assert.rejects(
    client.execute('d'),
    /needs the session running, but it is closed \(unix:\/vm.sock: read ECONNRESET/,
  );
});

test('an end after SHUTDOWN is told apart from a crash', async () => {
  const orderly = await pair();
  const watch = orderly.client.status();
  orderly.peer.event('SHUTDOWN', { guest: false, reason: 'host-qmp-quit' });
  await orderly.peer.wire.close();
  for await (const status of watch) {
    if (status.type !== 'disconnected') continue;
    assert.equal(status.orderly, true);
    assert.match(status.error.message, /QEMU shut down \(host-qmp-quit\)/);
  }
  const crash = await pair();
  const watch2 = crash.client.status();
  await crash.peer.wire.close();
  for await (const status of watch2) {
    if (status.type !== 'disconnected') continue;
    assert.equal(status.orderly, false);
    assert.match(status.error.hint ?? '', /No SHUTDOWN event/);
  }
});

test('garbage in mid-stream ends the session with what was wrong', async () => {
  const { client, peer } = await pair();
  const value = client.execute('a');
  await peer.received(1);
  peer.say('\x01\x02garbage}\r\n');
  await assert.rejects(value, (error: QmpError) => error.code === 'QMP_PROTOCOL' && /not JSON/.test(error.message));
  assert.equal(client.state, 'closed');
});

test('close waits for commands under way, destroy does not, both can be called again', async () => {
  const { client, peer } = await pair();
  const value = client.execute('a');
  await peer.received(1);
  const closing = client.close();
  const closingToo = client.close();
  await assert.rejects(client.execute('b'), /needs the session running, but it is closing/);
  peer.reply(undefined, 'A');
  assert.equal(await value, 'A');
  await closing;
  await closingToo;
  await client.close();
  client.destroy();
  const second = await pair();
  const interrupted = assert.rejects(second.client.execute('a'), (error: QmpError) => error.code === 'QMP_CLOSED');
  second.client.destroy();
  await interrupted;
});

test('unknown options are refused by name', async () => {
  const [near] = memoryChardevs();
  await assert.rejects(
    connect(near, { timeout: 5 } as ConnectOptions),
    (error: QmpError) => error.code === 'QMP_OPTION_INVALID' && /unknown option "timeout"/.test(error.message),
  );
  await assert.rejects(connect(near, { timeouts: { open: -1 } }), /"timeouts.open" has to be a number/);
  await assert.rejects(connect(near, { reconnect: true }), /needs an address/);
});

test('a silent peer is noticed also when a command was given up before', async () => {
  const clock = new FakeClock();
  const { client } = await pair({ clock, timeouts: { idle: 1000 } });
  const late = assert.rejects(client.execute('a', {}, { timeout: 100 }), code('QMP_COMMAND_TIMEOUT'));
  await clock.advance(200);
  await late;
  await clock.advance(5000);
  assert.equal(client.state, 'closed');
});

test('a time beyond what timers hold, or without end, is not over at once', async () => {
  const [near, far] = memoryChardevs();
  const peer = new Peer(far);
  const open = async () => {
    await delay(10);
    peer.say(GREETING);
    return near;
  };
  const timeouts = { open: 2 ** 40, greeting: Number.POSITIVE_INFINITY, idle: 2 ** 40, commands: { a: 2 ** 40 } };
  const client = await connect<AnyApi>(open, { timeouts });
  const both = Promise.all([
    client.execute('a'),
    client.waitFor('E', { timeout: 2 ** 40 }),
    client.waitFor('E', { timeout: Number.POSITIVE_INFINITY }),
  ]);
  await delay(10);
  peer.reply(undefined);
  peer.event('E');
  await both;
  await client.close();
});

test('times and pauses that cannot be meant are refused', async () => {
  const open = async () => assert.fail('it was opened');
  const refused: ConnectOptions[] = [
    { timeouts: { commands: { stop: -5 } } },
    { timeouts: { command: Number.NaN } },
    { reconnect: { delay: -1 } },
    { reconnect: { jitter: 2 } },
    { reconnect: { attempts: Number.NaN } },
  ];
  for (const options of refused) await assert.rejects(connect(open, options), code('QMP_OPTION_INVALID'));
});
