import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort, startQemu } from '../support/qemu.js';
import { runTool } from '../support/run-tool.js';

test('vm-info tells the VNC server, the balloon, the cards and the chardevs', async () => {
  await using qemu = await startQemu([
    ...['-M', 'q35', '-m', '96', '-S', '-vnc', 'unix:vnc.sock'],
    ...['-device', 'virtio-balloon-pci', '-netdev', 'user,id=lan', '-device', 'e1000,netdev=lan'],
    ...['-chardev', 'null,id=spare'],
  ]);
  const { code, out, err } = await runTool('vm-info', [qemu.unix]);
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^Display +VNC unix:vnc\.sock, 0 clients$/m);
  assert.match(out, /^Memory +96 MiB, balloon at 96 MiB$/m);
  assert.match(out, /^Network +e1000.*\n +lan: /m);
  assert.match(out, /^ +spare: null \(closed\)$/m);
});

test('vm-info tells where VNC listens on a port', async () => {
  await using qemu = await startQemu(['-M', 'none', '-vnc', '127.0.0.1:0,to=99']);
  const { out } = await runTool('vm-info', ['--json', qemu.unix]);
  const { displays } = JSON.parse(out) as { displays: string[] };
  assert.equal(displays.length, 1);
  assert.match(displays[0] ?? '', /^VNC 127\.0\.0\.1:59\d\d, 0 clients$/);
});

test('vm-info tells where SPICE listens', async () => {
  await using qemu = await startQemu([
    '-M',
    'none',
    '-spice',
    `port=${await freePort()},addr=127.0.0.1,disable-ticketing=on`,
  ]);
  const { out } = await runTool('vm-info', [qemu.unix]);
  assert.match(out, /^Display +SPICE 127\.0\.0\.1:\d+, 0 clients$/m);
});

test('vm-info tells snapshots, jobs with their progress, and the last migration', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-facts-'));
  try {
    const disk = join(folder, 'disk.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '64M']);
    await using qemu = await startQemu([
      ...['-M', 'q35', '-m', '32', '-S', '-blockdev', `qcow2,node-name=n0,file.driver=file,file.filename=${disk}`],
      ...['-device', 'virtio-blk-pci,drive=n0,id=disk0', '-blockdev', 'null-co,node-name=n1,size=1073741824'],
      ...['-blockdev', 'null-co,node-name=n2,size=1073741824'],
    ]);
    assert.equal((await runTool('qmp', ['snapshot', 'save', qemu.unix, 'first'])).code, 0);
    const mirror = ['job-id=copy0', 'device=n1', 'target=n2', 'sync=full', 'speed=1M'];
    assert.equal((await runTool('qmp', ['exec', qemu.unix, 'blockdev-mirror', ...mirror])).code, 0);
    const { code, out } = await runTool('vm-info', [qemu.unix]);
    assert.equal(code, 0);
    assert.match(out, /^Snapshots +first \(disk0, id 1, [\d.]+ [KM]iB\)$/m);
    assert.match(out, /^Jobs +copy0: mirror, running, \d+ %$/m);
    assert.match(out, /^Disks +disk0: .*disk\.qcow2, qcow2, 64 MiB \([\d.]+ [KM]iB used\)$/m);
    const json = JSON.parse((await runTool('vm-info', ['--json', qemu.unix])).out) as { migration?: string };
    assert.equal(json.migration, 'completed', 'saving a snapshot is a migration for QEMU');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
