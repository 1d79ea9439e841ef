import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { QmpError } from 'qmp';
import { pair } from './peer.js';
import { withQemu } from './qemu.js';

test('a disk is opened through a passed descriptor', async () => {
  await withQemu(['-M', 'none'], async (vm, qemu) => {
    const path = qemu.path('disk.raw');
    writeFileSync(path, Buffer.alloc(1 << 20, 'x'));
    const fd = openSync(path, 'r');
    const added = await vm.execute('add-fd', { opaque: 'disk' }, { fds: [fd] });
    closeSync(fd);
    await vm.execute('blockdev-add', {
      driver: 'file',
      'node-name': 'disk',
      filename: `/dev/fdset/${added['fdset-id']}`,
      'read-only': true,
    });
    const [node] = await vm.execute('query-named-block-nodes', { flat: true });
    assert.equal(node?.image['virtual-size'], 1 << 20);
    await vm.execute('getfd', { fdname: 'x' }, { fds: [openSync('/dev/null', 'r')] });
    await vm.execute('closefd', { fdname: 'x' });
  });
});

test('descriptors that cannot be passed fail their command and owe no reply', async () => {
  await withQemu(['-M', 'none'], async (vm) => {
    await assert.rejects(vm.execute('add-fd', {}, { fds: [9999] }), /9999 is not an open file descriptor/);
    assert.equal(vm.inFlight, 0);
    const waiting = Array.from({ length: 20 }, () => vm.execute('query-status'));
    await assert.rejects(vm.execute('add-fd', {}, { fds: [9999] }), /9999 is not an open file descriptor/);
    await Promise.all([...waiting, vm.execute('query-name')]);
    assert.equal(vm.inFlight, 0);
  });
});

test('a chardev that cannot pass descriptors refuses before anything is sent', async () => {
  const { client, peer } = await pair();
  await assert.rejects(client.execute('getfd', { fdname: 'x' }, { fds: [0] }), (error: QmpError) => {
    assert.equal(error.code, 'QMP_UNSUPPORTED');
    assert.match(error.message, /cannot pass file descriptors/);
    return true;
  });
  assert.equal(peer.sent.length, 0);
  await client.close();
});
