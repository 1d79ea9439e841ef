import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balloon, blockBackend, dumpGuestMemory, migrate, plug, QmpError, startJob, Transaction, unplug } from 'qmp';
import { FakeClock } from 'qmp/testing';
import { pair } from '../peer.js';

const code = (expected: string) => (error: unknown) => QmpError.is(error) && error.code === expected;

/** A client whose server answers as the table says, and everything else with `{}`. */
async function served(table: Record<string, string> = {}) {
  const clock = new FakeClock();
  const { client, peer } = await pair({ clock });
  peer.answer = ({ execute, id }) => {
    const body = table[String(execute)] ?? '"return":{}';
    return body === '' ? undefined : `{${body}${id === undefined ? '' : `,"id":${id}`}}\r\n`;
  };
  const names = () => peer.sent.map(({ execute }) => execute);
  return { clock, client, peer, names };
}

const job = (status: string) =>
  `"return":[{"id":"j","type":"create","status":"${status}","current-progress":1,"total-progress":2,"error":"Operation canceled"}]`;

test('a signal cancels a job, which then fails as aborted and is dismissed', async () => {
  const table = { 'query-jobs': job('running') };
  const { clock, client, peer, names } = await served(table);
  const controller = new AbortController();
  const started = startJob(client, 'blockdev-create', { 'job-id': 'j' }, { signal: controller.signal });
  const ended = assert.rejects(started.done, (error: QmpError) => {
    assert.equal(error.code, 'QMP_ABORTED');
    assert.match(error.message, /^blockdev-create \(job "j"\) was aborted: its signal fired/);
    assert.equal(error.hint, 'QEMU has stopped it.');
    return true;
  });
  await clock.advance(1);
  controller.abort();
  await clock.advance(1);
  assert.equal(started.ended, false, 'it has not ended before QEMU says so');
  table['query-jobs'] = job('concluded');
  peer.event('JOB_STATUS_CHANGE', { id: 'j', status: 'aborting' });
  peer.event('JOB_STATUS_CHANGE', { id: 'j', status: 'concluded' });
  await ended;
  assert.ok(names().includes('job-cancel') && names().includes('job-dismiss'));
  client.destroy();
});

test('a signal that has fired keeps an operation from being started', async () => {
  const { client, names } = await served();
  const signal = AbortSignal.abort();
  for (const operation of [
    startJob(client, 'blockdev-create', {}, { signal }),
    migrate(client, 'exec:true', { signal }),
    balloon(client, 1, { signal }),
    dumpGuestMemory(client, { paging: false, protocol: 'file:/x' }, { signal }),
    plug(client, { driver: 'd', id: 'i' }, [], { signal }),
    unplug(client, 'i', { signal }),
  ]) {
    await assert.rejects(Promise.resolve(operation), code('QMP_ABORTED'));
  }
  assert.deepEqual(names(), []);
  await client.close();
});

test('what QEMU cannot or will not stop is given up at once, and the error says that it may go on', async () => {
  const refusal = '"error":{"class":"GenericError","desc":"not now"}';
  const { clock, client, peer } = await served({ 'job-cancel': refusal, 'query-jobs': job('running') });
  const controller = new AbortController();
  const { signal } = controller;
  const mayGoOn = (error: QmpError) => error.code === 'QMP_ABORTED' && /may go on: /.test(error.hint ?? '');
  const both = Promise.all([
    assert.rejects(dumpGuestMemory(client, { paging: false, protocol: 'file:/x' }, { signal }).done, mayGoOn),
    assert.rejects(startJob(client, 'blockdev-create', { 'job-id': 'j' }, { signal }).done, mayGoOn),
  ]);
  await peer.received(2);
  controller.abort();
  await clock.advance(1);
  await both;
  client.destroy();
});

test('a job that has ended when it is cancelled succeeds', async () => {
  const refusal = '"error":{"class":"GenericError","desc":"Job in state concluded cannot accept command verb"}';
  const over = '"return":[{"id":"j","type":"t","status":"concluded","current-progress":1,"total-progress":1}]';
  const { clock, client, peer } = await served({ 'job-cancel': refusal, 'query-jobs': over });
  const controller = new AbortController();
  const started = startJob(client, 'blockdev-create', { 'job-id': 'j' }, { signal: controller.signal });
  await clock.advance(1);
  controller.abort();
  await started.cancel();
  peer.event('JOB_STATUS_CHANGE', { id: 'j', status: 'concluded' });
  await clock.advance(1);
  assert.equal((await started).status, 'concluded');
  client.destroy();
});

test('a plug that is given up takes away what it made, also what the step under way makes later', async () => {
  const { clock, client, peer, names } = await served({ device_add: '' });
  const controller = new AbortController();
  const backend = blockBackend({ driver: 'null-co', 'node-name': 'disk0' });
  const plugging = plug(client, { driver: 'd', id: 'stick' }, [backend], { signal: controller.signal });
  const given = assert.rejects(plugging, code('QMP_ABORTED'));
  await peer.received(2);
  controller.abort();
  await given;
  await clock.advance(1);
  assert.deepEqual(names(), ['blockdev-add', 'device_add'], 'nothing is removed that may be somebody else’s');
  peer.reply(undefined);
  await peer.received(3);
  peer.event('DEVICE_DELETED', { device: 'stick', path: '/machine/peripheral/stick' });
  await peer.received(4);
  assert.deepEqual(names(), ['blockdev-add', 'device_add', 'device_del', 'blockdev-del']);
  client.destroy();
});

test('a transaction heeds its signal', async () => {
  const { client } = await served({ 'query-qmp-schema': '"return":[]' });
  const signal = AbortSignal.abort();
  const run = new Transaction().add('block-dirty-bitmap-add', { node: 'a', name: 'b' }).run(client, { signal });
  await assert.rejects(run, code('QMP_UNSUPPORTED'));
  client.destroy();
});

test('a postcopy migration is not cancelled, because the guest would be lost', async () => {
  const info = '"return":{"status":"postcopy-paused","ram":{"transferred":1,"remaining":9,"total":10}}';
  const { clock, client, peer, names } = await served({ 'query-migrate': info });
  const controller = new AbortController();
  const options = { signal: controller.signal, stallAfter: 1000, onStall: 'cancel', interval: 100 } as const;
  const migration = migrate(client, 'exec:true', options);
  const ended = assert.rejects(migration.done, code('QMP_ABORTED'));
  await clock.advance(1);
  peer.event('MIGRATION', { status: 'postcopy-paused' });
  await clock.advance(5000);
  assert.ok((migration.progress?.stalledFor ?? 0) > 1000, 'that it is stuck is told');
  await assert.rejects(migration.cancel(), code('QMP_UNSUPPORTED'));
  controller.abort();
  await clock.advance(1);
  await ended;
  assert.equal(names().includes('migrate_cancel'), false);
  client.destroy();
});
