import assert from 'node:assert/strict';
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
