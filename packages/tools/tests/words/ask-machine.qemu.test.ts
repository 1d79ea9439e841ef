import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startQemu, type TestQemu } from '../support/qemu.js';
import { runTool } from '../support/run-tool.js';

let qemu: TestQemu;
before(async () => {
  const disk = ['-blockdev', 'null-co,node-name=node0', '-device', 'virtio-blk-pci,drive=node0,id=disk0'];
  qemu = await startQemu(['-M', 'q35', '-S', ...disk]);
});
after(() => qemu[Symbol.asyncDispose]());

async function offered(...words: string[]): Promise<string[]> {
  const { code, out, err } = await runTool('qmp', ['__complete', ...words]);
  assert.deepEqual([code, err], [0, '']);
  return out
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
    .filter((word) => word !== '');
}

test('commands, arguments and values of a running machine complete in the shell of the system', async () => {
  assert.deepEqual(await offered('qmp', 'exec', qemu.unix, 'query-na'), ['query-name', 'query-named-block-nodes']);
  assert.deepEqual(await offered('qmp', 'exec', qemu.tcp, 'block_resize', 'node'), ['node-name=']);
  assert.deepEqual(await offered('qmp', 'exec', qemu.unix, 'block_resize', 'node-name=n'), ['node-name=node0']);
  assert.ok((await offered('qmp', 'plug', qemu.unix, 'virtio-blk-pci', 'ser')).includes('serial='));
  assert.ok((await offered('qmp', 'plug', qemu.unix, 'virtio-blk-p')).includes('virtio-blk-pci'));
  assert.deepEqual(await offered('qmp', 'hmp', qemu.unix, 'info', 'versi'), ['version']);
  assert.deepEqual(await offered('qmp', 'wait', qemu.unix, 'SHUT'), ['SHUTDOWN']);
  assert.deepEqual(await offered('qmp', 'unplug', qemu.unix, 'd'), ['disk0']);
  assert.deepEqual(await offered('qmp', 'block', 'mirror', qemu.unix, 'no'), ['node0']);
  assert.deepEqual(await offered('qom-list', qemu.unix, '/machine/unatt'), ['/machine/unattached']);
  assert.deepEqual(await offered('qom-get', qemu.unix, '/machine.ty'), ['/machine.type']);
});

test('a machine that is not there costs candidates, nothing else', async () => {
  assert.deepEqual(await offered('qmp', 'exec', '/nowhere.sock', 'query-'), []);
});
