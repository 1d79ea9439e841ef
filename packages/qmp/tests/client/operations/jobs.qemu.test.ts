import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import {
  backup,
  commit,
  deleteSnapshot,
  loadSnapshot,
  mirror,
  type QmpClient,
  type QmpError,
  saveSnapshot,
  startJob,
  stream,
  Transaction,
} from 'qmp';
import type { Api } from 'qmp/api/v7_2';
import { type Qemu, withQemu } from '../qemu.js';

const failed = (pattern: RegExp) => (error: QmpError) =>
  error.code === 'QMP_OPERATION_FAILED' && pattern.test(error.message);

async function addImage(vm: QmpClient<Api>, qemu: Qemu, name: string, size = '64M', backing?: string): Promise<string> {
  const path = qemu.path(`${name}.qcow2`);
  const over = backing === undefined ? [] : ['-b', qemu.path(`${backing}.qcow2`), '-F', 'qcow2'];
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', ...over, path, size]);
  await vm.execute('blockdev-add', {
    driver: 'qcow2',
    'node-name': name,
    file: { driver: 'file', filename: path },
    ...(backing === undefined ? {} : { backing }),
  });
  return path;
}

async function write(vm: QmpClient<Api>, node: string, range: string): Promise<void> {
  const line = `qemu-io ${node} "write -P 7 ${range}"`;
  await vm.execute('human-monitor-command', { 'command-line': line });
}

test('a job that makes an image goes from created to concluded, and is dismissed', async () => {
  await withQemu(['-M', 'none'], async (vm, qemu) => {
    const path = qemu.path('new.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'raw', path, '0']);
    await vm.execute('blockdev-add', { driver: 'file', 'node-name': 'f', filename: path });
    const job = startJob(vm, 'blockdev-create', { options: { driver: 'qcow2', file: 'f', size: 1 << 20 } });
    const seen = new Set<string>();
    for await (const { status } of job.updates()) seen.add(status);
    assert.equal((await job).status, 'concluded');
    assert.ok(seen.has('concluded'));
    assert.deepEqual(await vm.execute('query-jobs'), [], 'it was dismissed');
    assert.ok(statSync(path).size > 0);
  });
});

test('a job that fails says why, in QEMU’s words', async () => {
  await withQemu(['-M', 'none'], async (vm) => {
    await vm.execute('blockdev-add', { driver: 'null-co', 'node-name': 'n', size: 65536, 'read-zeroes': true });
    const job = startJob(vm, 'blockdev-create', { options: { driver: 'qcow2', file: 'n', size: 1 << 20 } });
    await assert.rejects(Promise.resolve(job), failed(/blockdev-create .* failed: /));
    assert.deepEqual(await vm.execute('query-jobs'), []);
    await assert.rejects(
      Promise.resolve(startJob(vm, 'blockdev-create', { nonsense: 1 })),
      /Parameter .*(missing|unexpected)/,
    );
  });
});

test('mirror switches to its target, and waits for complete() when told to', async () => {
  await withQemu(['-M', 'none'], async (vm, qemu) => {
    await addImage(vm, qemu, 'source');
    await addImage(vm, qemu, 'target');
    await write(vm, 'source', '0 8M');
    const job = mirror(vm, { device: 'source', target: 'target', sync: 'full' }, { complete: 'manual' });
    for await (const { status } of job.updates()) {
      if (status !== 'ready') continue;
      await job.complete();
      break;
    }
    const end = await job;
    assert.equal(end.type, 'mirror');
    assert.ok(Number(end['current-progress']) > 0);
  });
});

test('backup, commit and stream end by themselves', async () => {
  await withQemu(['-M', 'none'], async (vm, qemu) => {
    await addImage(vm, qemu, 'base');
    await addImage(vm, qemu, 'copy');
    await write(vm, 'base', '0 4M');
    assert.equal((await backup(vm, { device: 'base', target: 'copy', sync: 'full' })).type, 'backup');
    await addImage(vm, qemu, 'top', '64M', 'base');
    await write(vm, 'top', '4M 1M');
    assert.equal((await stream(vm, { device: 'top' })).type, 'stream');
    await addImage(vm, qemu, 'over', '64M', 'copy');
    await write(vm, 'over', '0 1M');
    assert.equal((await commit(vm, { device: 'over' })).type, 'commit');
  });
});

test('a cancelled job ends as cancelled', async () => {
  await withQemu(['-M', 'none'], async (vm, qemu) => {
    await addImage(vm, qemu, 'source');
    await addImage(vm, qemu, 'target');
    await write(vm, 'source', '0 32M');
    const job = backup(vm, { device: 'source', target: 'target', sync: 'full', speed: 65536 });
    for await (const { status } of job.updates()) if (status === 'running') break;
    await job.cancel();
    await assert.rejects(Promise.resolve(job), (error: QmpError) => error.code === 'QMP_OPERATION_CANCELLED');
    assert.deepEqual(await vm.execute('query-jobs'), []);
    await job.cancel();
  });
});

test('snapshots are saved, loaded and deleted', async () => {
  await withQemu(['-M', 'pc', '-m', '16', '-S'], async (vm, qemu) => {
    await addImage(vm, qemu, 'disk');
    await vm.execute('device_add', { driver: 'virtio-blk-pci', drive: 'disk', id: 'vd' });
    const args = { tag: 'one', devices: ['disk'], vmstate: 'disk' };
    await saveSnapshot(vm, args);
    await loadSnapshot(vm, args);
    await deleteSnapshot(vm, { tag: 'one', devices: ['disk'] });
    await assert.rejects(Promise.resolve(loadSnapshot(vm, args)), failed(/snapshot-load .* failed: .*one/));
  });
});

test('a transaction does all or nothing', async () => {
  await withQemu(['-M', 'none'], async (vm, qemu) => {
    await addImage(vm, qemu, 'a');
    await addImage(vm, qemu, 'b');
    await new Transaction()
      .add('block-dirty-bitmap-add', { node: 'a', name: 'm' })
      .add('block-dirty-bitmap-add', { node: 'b', name: 'm' })
      .run(vm);
    const bad = new Transaction()
      .add('block-dirty-bitmap-remove', { node: 'a', name: 'm' })
      .add('block-dirty-bitmap-remove', { node: 'b', name: 'no-such-bitmap' });
    await assert.rejects(bad.run(vm), (error: QmpError) => error.code === 'QMP_COMMAND_FAILED');
    const nodes = await vm.execute('query-named-block-nodes', { flat: true });
    const bitmaps = nodes.filter((node) => node['dirty-bitmaps']?.length === 1).map((node) => node['node-name']);
    assert.deepEqual(bitmaps.sort(), ['a', 'b']);
    await assert.rejects(new Transaction().run(vm), /at least one action/);
  });
});
