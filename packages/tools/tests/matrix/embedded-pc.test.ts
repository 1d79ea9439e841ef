import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { documented, tryFeatures } from '../support/features.js';
import { startMachine } from '../support/machine.js';
import { jsonLines, runTool } from '../support/run-tool.js';

test('the tools do with the embedded PC what the matrix says', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-matrix-'));
  const disk = join(folder, 'disk.img');
  writeFileSync(disk, new Uint8Array(4 << 20));
  await using machine = await startMachine(['-hda', disk, '-snapshot', '-device', 'virtio-serial-pci']);
  const results = await tryFeatures(machine.unix, machine.folder);
  rmSync(folder, { recursive: true });
  assert.deepEqual(results, documented('pc', results));
});

test('vm-info tells of the embedded PC what it tells of QEMU', async () => {
  await using machine = await startMachine([
    '-name',
    'embedded',
    '-uuid',
    '6a1b2c3d-0000-4000-8000-0123456789ab',
    '-m',
    '32',
  ]);
  const { code, out, err } = await runTool('vm-info', [machine.unix]);
  assert.deepEqual([code, err], [0, '']);
  for (const line of [
    /^Name +embedded$/m,
    /^UUID +6a1b2c3d-/m,
    /^Status +running$/m,
    /^Version +/m,
    /^KVM +absent/m,
    /^CPUs +1/m,
    /^Memory +32 MiB/m,
  ])
    assert.match(out, line);
});

test('the shell shows the events of the embedded PC in their order', async () => {
  await using machine = await startMachine();
  const input = 'stop\ncont\nsystem_reset\nquit\n';
  const { code, out } = await runTool('qmp-shell', ['--events', 'STOP RESUME RESET', machine.unix], { input });
  assert.equal(code, 0);
  const kinds = (jsonLines(out) as { event?: string }[]).map((line) => line.event ?? 'reply');
  assert.deepEqual(kinds.slice(0, 4), ['STOP', 'reply', 'RESUME', 'reply']);
  assert.ok(kinds.includes('RESET'));
});
