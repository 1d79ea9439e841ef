import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { documented, tryFeatures } from '../support/features.js';
import { startQemu } from '../support/qemu.js';

test('the tools do with QEMU what the matrix says', { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qmp-matrix-'));
  try {
    const disk = join(folder, 'disk.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '4M']);
    const drive = ['-drive', `if=ide,index=0,file=${disk},format=qcow2`];
    const cdrom = ['-drive', 'if=none,id=ide1-cd0,media=cdrom', '-device', 'ide-cd,drive=ide1-cd0'];
    await using qemu = await startQemu([
      '-M',
      'pc',
      '-m',
      '32',
      '-vga',
      'std',
      '-device',
      'virtio-serial-pci',
      ...drive,
      ...cdrom,
    ]);
    const results = await tryFeatures(qemu.unix, folder);
    assert.deepEqual(results, documented('qemu', results));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
