import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ExitError, QemuImg } from 'qmp';

const folder = mkdtempSync(join(tmpdir(), 'qmp-img-'));
after(() => rmSync(folder, { recursive: true }));
const image = new QemuImg();
const disk = join(folder, 'disk.qcow2');

test('an image is created, described, checked and converted with progress', async () => {
  await image.create(disk, 'qcow2', 5 * 1024 * 1024);
  const info = await image.info(disk);
  assert.deepEqual([info.format, info['virtual-size']], ['qcow2', 5_242_880]);
  assert.equal((await image.check(disk))['check-errors'], 0);
  const seen: number[] = [];
  await image.convert(disk, join(folder, 'disk.raw'), 'raw', (percent) => seen.push(percent));
  assert.equal(seen.at(-1), 100);
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  const overlay = join(folder, 'overlay.qcow2');
  await image.create(overlay, 'qcow2', undefined, { backing: { path: disk, format: 'qcow2' } });
  assert.equal((await image.info(overlay))['backing-filename'], disk);
});

test('a snapshot is made, applied and deleted', async () => {
  await image.snapshot('create', disk, 'before');
  assert.equal((await image.info(disk)).snapshots?.[0]?.name, 'before');
  await image.snapshot('apply', disk, 'before');
  await image.snapshot('delete', disk, 'before');
  assert.equal((await image.info(disk)).snapshots, undefined);
});

test('a failure has the words of the program, a missing program the next step', async () => {
  await assert.rejects(image.info(join(folder, 'none')), (error) => {
    assert.ok(error instanceof ExitError);
    assert.match(error.message, /^qemu-img info exited with code 1: .*No such file/);
    return true;
  });
  await assert.rejects(new QemuImg({ binary: 'qemu-none' }).info(disk), {
    code: 'QMP_LAUNCH_FAILED',
    hint: /qemu-utils/,
  });
  await assert.rejects(new QemuImg({ signal: AbortSignal.abort() }).info(disk), { code: 'QMP_ABORTED' });
});
