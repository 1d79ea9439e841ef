import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Bench } from './bench.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-machine-'));
let bench: Bench;

before(async () => {
  bench = await Bench.start();
});
after(async () => {
  await bench.stop();
  rmSync(folder, { recursive: true });
});

test('what management programs ask first is answered, and the answers agree', async () => {
  const { client } = bench;
  const [machine] = await client.execute('query-machines');
  assert.deepEqual([machine?.alias, machine?.['cpu-max'], machine?.['is-default']], ['pc', 1, true]);
  const [definition] = await client.execute('query-cpu-definitions');
  assert.equal(definition?.typename, machine?.['default-cpu-type']);
  const [cpu] = await client.execute('query-cpus-fast');
  const [place] = await client.execute('query-hotpluggable-cpus');
  assert.deepEqual([place?.['qom-path'], place?.type], [cpu?.['qom-path'], definition?.typename]);
  assert.equal(await client.execute('qom-get', { path: cpu?.['qom-path'] ?? '', property: 'type' }), place?.type);
  assert.equal((await client.execute('query-target')).arch, cpu?.target);
  const [memory] = await client.execute('query-memdev');
  assert.equal(memory?.id, machine?.['default-ram-id']);
  assert.equal(memory?.size, (await client.execute('query-memory-size-summary'))['base-memory']);
  assert.deepEqual(await client.execute('query-iothreads'), []);
  assert.deepEqual(await client.execute('query-memory-devices'), []);
  assert.deepEqual(await client.execute('query-tpm'), []);
  assert.deepEqual(await client.execute('query-pr-managers'), []);
  assert.deepEqual(await client.execute('query-replay'), { mode: 'none', icount: 0 });
  assert.deepEqual(await client.execute('query-tpm-models'), []);
  assert.deepEqual(await client.execute('query-tpm-types'), []);
  assert.deepEqual(await client.execute('query-vnc'), { enabled: false });
  assert.deepEqual(await client.execute('query-display-options'), { type: 'none' });
  await assert.rejects(client.execute('query-vm-generation-id'), /VM Generation ID device not found/);
});

test('the command line tells its parameters', async () => {
  const { client } = bench;
  const [smp, ...more] = await client.execute('query-command-line-options', { option: 'smp-opts' });
  assert.deepEqual(more, []);
  assert.deepEqual(smp?.parameters.at(-1), { name: 'cpus', type: 'number' });
  const all = await client.execute('query-command-line-options');
  assert.ok(all.some(({ option }) => option === 'chardev'));
  await assert.rejects(
    client.execute('query-command-line-options', { option: 'nope' }),
    /^.*invalid option name: nope$/,
  );
});

test('a backend that is listed can be made', async () => {
  const { client } = bench;
  const names = (await client.execute('query-chardev-backends')).map(({ name }) => name);
  assert.ok(names.includes('ringbuf'));
  await client.execute('chardev-add', { id: 'ring', backend: { type: 'ringbuf', data: {} } });
  await client.execute('chardev-remove', { id: 'ring' });
});

test('a dump is written in the background', async () => {
  const { client } = bench;
  const file = join(folder, 'core');
  assert.deepEqual(await client.execute('query-dump-guest-memory-capability'), { formats: ['elf'] });
  const ended = client.listen(['DUMP_COMPLETED']);
  const next = async () => (await ended[Symbol.asyncIterator]().next()).value?.data;
  await client.execute('dump-guest-memory', { paging: false, protocol: `file:${file}`, detach: true });
  const total = 16 << 20;
  assert.deepEqual(await next(), { result: { status: 'completed', completed: total, total } });
  assert.equal(readFileSync(file).length, total + 4096);
  assert.deepEqual(await client.execute('query-dump'), { status: 'completed', completed: total, total });
  await client.execute('dump-guest-memory', { paging: false, protocol: 'file:/nonexistent/x', detach: true });
  assert.deepEqual(await next(), {
    result: { status: 'failed', completed: 0, total },
    error: "Could not open '/nonexistent/x': No such file or directory",
  });
  await ended.close();
  assert.equal((await client.execute('query-status')).status, 'running');
});
