import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyClient, balloon, connect, dumpGuestMemory, migrate, startJob, unplug } from 'qmp';
import { FakeClock, memoryChardevs } from 'qmp/testing';
import { GREETING, Peer } from '../peer.js';

/**
 * Runs an operation whose last event comes while the connection is lost.
 *
 * @param before what the server answers before, `after` what it answers afterwards; everything else with `{}`
 */
async function acrossReconnect<T>(
  before: Record<string, string>,
  after: Record<string, string>,
  operate: (client: AnyClient) => PromiseLike<T>,
): Promise<T> {
  const clock = new FakeClock();
  const peers: Peer[] = [];
  const open = async () => {
    const [near, far] = memoryChardevs();
    const peer = new Peer(far);
    const table = peers.push(peer) === 1 ? before : after;
    peer.answer = ({ execute, id }) =>
      `{"return":${table[String(execute)] ?? '{}'}${id === undefined ? '' : `,"id":${id}`}}\r\n`;
    peer.say(GREETING);
    return near;
  };
  const client = await connect(open, { clock, reconnect: { delay: 100, jitter: 0 } });
  try {
    const ended = Promise.resolve(operate(client));
    ended.catch(() => undefined);
    await clock.advance(10);
    await peers[0]?.wire.close();
    await clock.advance(5000);
    assert.equal(peers.length, 2);
    return await ended;
  } finally {
    client.destroy();
  }
}

const dump = (client: AnyClient) => dumpGuestMemory(client, { paging: false, protocol: 'file:/x' });

test('a dump that ended while the connection was lost is found to have ended', async () => {
  const active = '{"status":"active","completed":1,"total":5}';
  const ended = await acrossReconnect(
    { 'query-dump': active },
    { 'query-dump': '{"status":"completed","completed":5,"total":5}' },
    dump,
  );
  assert.equal(ended.completed, 5);
  const none = { 'query-dump': '{"status":"none","completed":0,"total":0}' };
  await assert.rejects(acrossReconnect({ 'query-dump': active }, none, dump), /knows of none/);
});

test('a balloon that moved while the connection was lost is found where it is', async () => {
  const ended = await acrossReconnect(
    { 'query-balloon': '{"actual":100000000}' },
    { 'query-balloon': '{"actual":50000000}' },
    (client) => balloon(client, 50_000_000),
  );
  assert.equal(ended.actual, 50_000_000);
});

test('a device that left while the connection was lost is found to be gone', async () => {
  await acrossReconnect({}, { 'qom-list': '[{"name":"type","type":"string"}]' }, (client) => unplug(client, 'nic'));
});

test('a migration or job that the next server knows nothing of fails, and does not wait for ever', async () => {
  await assert.rejects(
    acrossReconnect({}, {}, (client) => migrate(client, 'exec:true')),
    /the QEMU that answers now knows of none/,
  );
  await assert.rejects(
    acrossReconnect({ 'query-jobs': '[]' }, { 'query-jobs': '[]' }, (client) =>
      startJob(client, 'blockdev-create', { 'job-id': 'j' }),
    ),
    /its QEMU is gone, and how it ended is not known/,
  );
});
