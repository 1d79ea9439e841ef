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

test('however many commands with descriptors are executed at once, each has its own, and the order is kept', async () => {
  await withQemu(['-M', 'none'], async (vm, qemu) => {
    const fds = Array.from({ length: 20 }, (_, n) => {
      writeFileSync(qemu.path(`disk${n}`), Buffer.alloc((n + 1) << 16));
      return openSync(qemu.path(`disk${n}`), 'r');
    });
    const order: number[] = [];
    const all = fds.flatMap((fd, n) => [
      vm.execute('add-fd', { 'fdset-id': n }, { fds: [fd] }).then(() => order.push(2 * n)),
      vm.execute('query-status').then(() => order.push(2 * n + 1)),
    ]);
    await Promise.all(all);
    assert.deepEqual(order, [...all.keys()]);
    for (const [n, fd] of fds.entries()) {
      closeSync(fd);
      const node = { driver: 'file', 'node-name': `disk${n}`, filename: `/dev/fdset/${n}`, 'read-only': true } as const;
      await vm.execute('blockdev-add', node);
    }
    const nodes = await vm.execute('query-named-block-nodes', { flat: true });
    const sizes = nodes.map(({ 'node-name': name, image }) => [name, image['virtual-size']]);
    assert.deepEqual(Object.fromEntries(sizes), Object.fromEntries(fds.map((_, n) => [`disk${n}`, (n + 1) << 16])));
  });
});

test('what cannot be a list of descriptors is refused', async () => {
  const { client } = await pair();
  for (const fds of ['x', [], [-1], [1.5], 3]) {
    await assert.rejects(client.execute('getfd', { fdname: 'x' }, { fds: fds as number[] }), {
      code: 'QMP_OPTION_INVALID',
    });
  }
  await client.close();
});
