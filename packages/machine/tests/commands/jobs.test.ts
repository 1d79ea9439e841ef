import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Bench } from './bench.js';

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.start();
});
afterEach(() => bench.stop());

const snapshot = { 'job-id': 'job', tag: 'tag', vmstate: 'none', devices: [] };

/** The states of the job, until it is in the last one. */
async function statesUntil(last: string): Promise<string[]> {
  const states = () =>
    bench.events.flatMap(({ event, data }) => (event === 'JOB_STATUS_CHANGE' ? [String(data?.status)] : []));
  while (!states().includes(last)) await turn();
  return states();
}

describe('jobs', () => {
  test('a job that is cancelled leaves nothing behind', async () => {
    const { client } = bench;
    // In one go: the job has not finished when the second command is carried out.
    await Promise.all([client.execute('snapshot-save', snapshot), client.execute('job-cancel', { id: 'job' })]);
    assert.deepEqual(await statesUntil('concluded'), ['created', 'running', 'aborting', 'concluded']);
    const [job] = await client.execute('query-jobs');
    assert.equal(job?.error, 'Operation canceled');
    assert.match(await client.execute('human-monitor-command', { 'command-line': 'info snapshots' }), /no snapshot/);
  });

  test('a held job waits until it is let go, and then finishes', async () => {
    const { client } = bench;
    await Promise.all([client.execute('snapshot-save', snapshot), client.execute('job-pause', { id: 'job' })]);
    assert.deepEqual(await statesUntil('paused'), ['created', 'running', 'paused']);
    await assert.rejects(client.execute('job-pause', { id: 'job' }), { message: /Job is already paused/ });
    await client.execute('job-resume', { id: 'job' });
    assert.deepEqual((await statesUntil('concluded')).slice(2), [
      'paused',
      'running',
      'waiting',
      'pending',
      'concluded',
    ]);
    await assert.rejects(client.execute('job-resume', { id: 'job' }), {
      message: /Can't resume a job that was not paused/,
    });
    assert.match(await client.execute('human-monitor-command', { 'command-line': 'info snapshots' }), /tag/);
  });

  test('a held job can be cancelled', async () => {
    const { client } = bench;
    await Promise.all([client.execute('snapshot-save', snapshot), client.execute('job-pause', { id: 'job' })]);
    await statesUntil('paused');
    await client.execute('job-cancel', { id: 'job' });
    assert.deepEqual((await statesUntil('concluded')).slice(-2), ['aborting', 'concluded']);
  });

  test('verbs are refused in states that do not take them', async () => {
    const { client } = bench;
    await assert.rejects(client.execute('job-cancel', { id: 'none' }), { message: /Job not found/ });
    await client.execute('snapshot-save', snapshot);
    await statesUntil('concluded');
    for (const verb of ['cancel', 'pause', 'complete', 'finalize'] as const)
      await assert.rejects(client.execute(`job-${verb}`, { id: 'job' }), {
        message: new RegExp(`Job 'job' in state 'concluded' cannot accept command verb '${verb}'`),
      });
  });

  test('a name that is none is refused, a node that is none fails the job, and the newest job is told first', async () => {
    const { client } = bench;
    await assert.rejects(client.execute('snapshot-save', { ...snapshot, 'job-id': '1x' }), {
      message: /Invalid job ID '1x'/,
    });
    await client.execute('snapshot-save', { ...snapshot, devices: ['nodev'] });
    assert.deepEqual(await statesUntil('concluded'), ['created', 'running', 'aborting', 'concluded']);
    bench.takeEvents();
    await client.execute('snapshot-save', { ...snapshot, 'job-id': 'second' });
    await statesUntil('concluded');
    const told = (await client.execute('query-jobs')).map(({ id, error }) => [id, error]);
    assert.deepEqual(told, [
      ['second', undefined],
      ['job', "No block device node 'nodev'"],
    ]);
  });

  test('a job that fails aborts without waiting', async () => {
    await bench.client.execute('snapshot-load', { ...snapshot, tag: 'none' });
    assert.deepEqual(await statesUntil('concluded'), ['created', 'running', 'aborting', 'concluded']);
  });
});
