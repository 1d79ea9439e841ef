import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readTime } from '#src/qmp/commands/event-log.js';
import { fakeQmp } from '../support/fake-server.js';
import { jsonLines, runTool } from '../support/run-tool.js';

const stop = { timestamp: { seconds: 1_700_000_000, microseconds: 500_000 }, event: 'STOP' };
const resume = { timestamp: { seconds: 1_700_000_060, microseconds: 0 }, event: 'RESUME' };
const job = { timestamp: { seconds: 1_700_000_120, microseconds: 0 }, event: 'JOB_STATUS_CHANGE', data: { id: 'j' } };

let folder: string;
let wire: string;
let printed: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'qmp-events-'));
  wire = join(folder, 'wire.log');
  printed = join(folder, 'events.log');
  const entries = [
    { at: 0, from: 'client', message: { execute: 'stop' } },
    { at: 1, from: 'server', message: stop },
    { at: 2, from: 'server', message: { return: {} } },
    { at: 3, from: 'server', message: resume },
    { at: 4, from: 'server', garbage: 'stray' },
    { at: 5, from: 'server', message: job },
  ];
  writeFileSync(wire, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const lines = [stop, resume, job].map((event) => `${JSON.stringify(event)}\n`).join('');
  writeFileSync(printed, `${lines}{"timestamp": {"seconds": 17000`);
});
after(() => rmSync(folder, { recursive: true }));

async function events(...args: string[]): Promise<{ code: number | null; names: string[]; err: string }> {
  const { code, out, err } = await runTool('qmp', ['events', ...args]);
  return { code, names: (jsonLines(out) as { event: string }[]).map(({ event }) => event), err };
}

test('events come out of a wire log, and of what was printed as JSON, as far as it goes', async () => {
  for (const log of [wire, printed]) {
    assert.deepEqual(await events('--log', log), { code: 0, names: ['STOP', 'RESUME', 'JOB_STATUS_CHANGE'], err: '' });
  }
});

test('--since takes the events from a time on, and patterns choose among them', async () => {
  const since = new Date(1_700_000_060_000).toISOString();
  assert.deepEqual((await events('--log', wire, '--since', since)).names, ['RESUME', 'JOB_STATUS_CHANGE']);
  assert.deepEqual((await events('--log', wire, '--since', since, 'JOB_*')).names, ['JOB_STATUS_CHANGE']);
  assert.deepEqual((await events('--log', wire, '--since', '1m')).names, []);
});

test('--until ends in the log too; what is not in it is told with code 4', async () => {
  assert.deepEqual((await events('--log', wire, '--until', 'RESUME')).names, ['STOP', 'RESUME']);
  const { code, err } = await events('--log', wire, '--until', 'SHUTDOWN');
  assert.equal(code, 4);
  assert.match(err, /SHUTDOWN is not in/);
});

test('a log and a server: first what was recorded, then what happens, and nothing twice', async () => {
  await using server = await fakeQmp(() => ({}), [job, { ...stop, event: 'SHUTDOWN' }]);
  const { code, names } = await events('--log', printed, '--socket', server.path, '--until', 'SHUTDOWN', '-t', '60');
  assert.equal(code, 0);
  assert.deepEqual(names, ['STOP', 'RESUME', 'JOB_STATUS_CHANGE', 'SHUTDOWN']);
});

test('--since without a log says why that cannot be', async () => {
  const { code, err } = await events('/nowhere.sock', '--since', '1h');
  assert.equal(code, 2);
  assert.match(err, /a server keeps no events/);
});

test('a log that is none, and a time that is none, are refused', async () => {
  const other = join(folder, 'other');
  writeFileSync(other, '{"a": 1} }{');
  assert.match((await events('--log', other)).err, /cannot be read after object 1/);
  assert.match((await events('--log', '/nowhere')).err, /ENOENT/);
  const { code, err } = await events('--log', wire, '--since', 'yesterday');
  assert.equal(code, 2);
  assert.match(err, /wants a time, not 'yesterday'/);
});

test('times are written as ages, as times of day, and in full', () => {
  const now = new Date(2026, 10, 28, 15, 0, 0).getTime();
  assert.equal(readTime('90s', now), now - 90_000);
  assert.equal(readTime('1.5h', now), now - 5_400_000);
  assert.equal(readTime('14:30', now), now - 1_800_000);
  assert.equal(readTime('2026-11-28T14:30', now), now - 1_800_000);
  assert.equal(readTime('2023-11-14T22:13:20Z', now), 1_700_000_000_000);
});
