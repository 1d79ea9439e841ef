import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyApi, type ConnectOptions, connect, QmpError, type Status } from 'qmp';
import { FakeClock, memoryChardevs } from 'qmp/testing';
import { GREETING, Peer } from './peer.js';

/** A server that can be connected to again and again, or refuses. */
class Server {
  readonly peers: Peer[] = [];
  refuse = 0;

  readonly open = async () => {
    if (this.refuse-- > 0) throw new QmpError('QMP_CONNECT_FAILED', 'nobody listens');
    const [near, far] = memoryChardevs({ labels: ['unix:/vm.sock', 'far'] });
    const peer = new Peer(far);
    peer.answer = ({ execute, id }) =>
      execute === 'silent'
        ? undefined
        : `{"return": ["${execute} ${this.peers.length}"]${id === undefined ? '' : `, "id": ${id}`}}\r\n`;
    peer.say(GREETING);
    this.peers.push(peer);
    return near;
  };

  get newest(): Peer {
    return this.peers.at(-1) as Peer;
  }
}

async function start(reconnect: ConnectOptions['reconnect'] = { delay: 100, jitter: 0 }) {
  const clock = new FakeClock();
  const server = new Server();
  const client = await connect<AnyApi>(server.open, { clock, reconnect: reconnect ?? true });
  return { clock, server, client };
}

test('a lost session is opened again: negotiated, state read again, each step told', async () => {
  const { clock, server, client } = await start();
  const status = client.status();
  server.newest.wire.close();
  await clock.advance(50);
  assert.equal(client.state, 'reconnecting');
  await assert.rejects(client.execute('x'), /needs the session running, but it is reconnecting/);
  await clock.advance(100);
  assert.equal(client.state, 'running');
  assert.equal(server.peers.length, 2);
  const steps: Status[] = [];
  for await (const step of status) {
    steps.push(step);
    if (step.type === 'recovered') break;
  }
  assert.deepEqual(
    steps.map(({ type }) => type),
    ['connected', 'disconnected', 'reconnecting', 'connected', 'recovered'],
  );
  const recovered = steps.at(-1);
  assert.ok(recovered?.type === 'recovered');
  assert.deepEqual(recovered.state.status, ['query-status 2']);
  assert.deepEqual(recovered.state.jobs, ['query-jobs 2']);
  assert.deepEqual(recovered.state.blockJobs, ['query-block-jobs 2']);
  assert.deepEqual(recovered.state.migration, ['query-migrate 2']);
  await client.close();
});

test('listeners survive a reconnect, with a marker where events may be missing', async () => {
  const { clock, server, client } = await start();
  const events = client.listen('*', { gaps: true });
  const plain = client.listen('*');
  server.newest.event('BEFORE');
  await clock.advance(1);
  server.newest.wire.close();
  await clock.advance(200);
  server.newest.event('AFTER');
  await clock.advance(1);
  const seen = [await events.next(), await events.next(), await events.next()].map(
    ({ value }) => value.event ?? value.gap,
  );
  assert.deepEqual(seen, ['BEFORE', 'reconnected', 'AFTER']);
  assert.deepEqual([(await plain.next()).value.event, (await plain.next()).value.event], ['BEFORE', 'AFTER']);
  await client.close();
});

test('commands under way are interrupted, and only those marked idempotent are sent again', async () => {
  const { clock, server, client } = await start();
  server.newest.answer = () => undefined;
  const lost = assert.rejects(client.execute('device_add'), (error: QmpError) => error.code === 'QMP_DISCONNECTED');
  const again = client.execute('query-name', {}, { idempotent: true });
  await server.newest.received(2);
  server.newest.wire.close();
  await lost;
  const waiting = client.execute('query-uuid', {}, { idempotent: true });
  await clock.advance(200);
  assert.deepEqual(await again, ['query-name 2']);
  assert.deepEqual(await waiting, ['query-uuid 2']);
  assert.equal(
    server.newest.sent.some(({ execute }) => execute === 'device_add'),
    false,
  );
  await client.close();
});

test('pauses double up to a limit, and attempts can be limited', async () => {
  const { clock, server, client } = await start({ delay: 100, maxDelay: 400, jitter: 0, attempts: 4 });
  const status = client.status();
  server.refuse = 100;
  server.newest.wire.close();
  await clock.advance(5000);
  assert.equal(client.state, 'closed');
  const delays: number[] = [];
  let last: Status | undefined;
  for await (const step of status) {
    if (step.type === 'reconnecting') delays.push(step.delay);
    last = step;
  }
  assert.deepEqual(delays, [100, 200, 400, 400]);
  assert.ok(last?.type === 'closed' && last.error?.code === 'QMP_CONNECT_FAILED');
});

test('pauses go on growing for a server that comes and goes, until a session has held', async () => {
  const { clock, server, client } = await start({ delay: 100, maxDelay: 1000, jitter: 0 });
  const delays: number[] = [];
  const status = client.status();
  const reading = (async () => {
    for await (const step of status) if (step.type === 'reconnecting') delays.push(step.delay);
  })();
  for (const held of [0, 0, 0, 1000]) {
    await clock.advance(held);
    server.newest.wire.close();
    await clock.advance(1);
    await clock.advance(1000);
    assert.equal(client.state, 'running');
  }
  await client.close();
  await reading;
  assert.deepEqual(delays, [100, 200, 400, 100]);
});

test('jitter spreads the pauses', async () => {
  const { pauseBefore } = await import('#src/client/reconnect.js');
  const options = { delay: 100, maxDelay: 1000, jitter: 0.5, attempts: 0, afterShutdown: false };
  assert.deepEqual(
    [0, 0.5, 1].map((chance) => pauseBefore(1, options, chance)),
    [100, 75, 50],
  );
  assert.equal(pauseBefore(50, options, 0), 1000);
});

test('an orderly end is not reconnected to, unless asked for', async () => {
  const { clock, server, client } = await start();
  server.newest.event('SHUTDOWN', { guest: true, reason: 'guest-shutdown' });
  server.newest.wire.close();
  await clock.advance(1000);
  assert.equal(client.state, 'closed');
  assert.equal(server.peers.length, 1);
  const other = await start({ afterShutdown: true, jitter: 0 });
  other.server.newest.event('SHUTDOWN', { guest: true, reason: 'guest-shutdown' });
  other.server.newest.wire.close();
  await other.clock.advance(1000);
  assert.equal(other.client.state, 'running');
  await other.client.close();
});

test('close and destroy end a reconnect, and nobody has to listen', async () => {
  const { clock, server, client } = await start();
  server.refuse = 100;
  server.newest.wire.close();
  await clock.advance(1000);
  const waiting = assert.rejects(client.execute('x', {}, { idempotent: true }), /closed/);
  client.destroy();
  await waiting;
  await clock.advance(60_000);
  assert.equal(client.state, 'closed');
  assert.equal(clock.pending, 0);
});

test('an idempotent command waits for the next session no longer than its time', async () => {
  const { clock, server, client } = await start();
  server.refuse = 100;
  server.newest.wire.close();
  await clock.advance(10);
  const late = assert.rejects(client.execute('x', {}, { idempotent: true, timeout: 2000 }), /it is reconnecting/);
  await clock.advance(2500);
  await late;
  await client.close();
});

test('a server that each try of an idempotent command brings down is not tried longer than its time', async () => {
  const clock = new FakeClock();
  const server = new Server();
  const open = async () => {
    const near = await server.open();
    const { newest } = server;
    newest.answer = ({ execute }) => {
      if (execute === 'deadly') void newest.wire.close();
      return undefined;
    };
    return near;
  };
  const client = await connect<AnyApi>(open, { clock, reconnect: { delay: 100, jitter: 0 } });
  const tried = assert.rejects(client.execute('deadly', {}, { idempotent: true, timeout: 1000 }));
  await clock.advance(2000);
  await tried;
  assert.ok(server.peers.length >= 4, 'it was tried again, with growing pauses');
  client.destroy();
});
