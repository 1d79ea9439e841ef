import assert from 'node:assert/strict';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { PNG } from 'pngjs';
import { balloon, blockBackend, dumpGuestMemory, netBackend, plug, type QmpError, screendump, unplug } from 'qmp';
import { withQemu } from '../qemu.js';

test('a device is plugged in with its backend, and unplugged when the machine has let go', async () => {
  await withQemu(['-M', 'pc', '-m', '16', '-S', '-device', 'qemu-xhci,id=usb'], async (vm) => {
    const backend = blockBackend({ driver: 'null-co', 'node-name': 'disk0', size: 1 << 20 });
    await plug(vm, { driver: 'usb-storage', id: 'stick', drive: 'disk0', bus: 'usb.0' }, [backend]);
    await unplug(vm, 'stick', { backends: [backend] });
    assert.deepEqual(await vm.execute('query-named-block-nodes', { flat: true }), []);
    await plug(vm, { driver: 'usb-storage', id: 'stick', drive: 'disk0', bus: 'usb.0' }, [backend]);
    await unplug(vm, 'stick');
  });
});

test('a plug that fails takes its backends away again', async () => {
  await withQemu(['-M', 'pc', '-m', '16', '-S'], async (vm) => {
    const backends = [
      blockBackend({ driver: 'null-co', 'node-name': 'disk0' }),
      netBackend({ type: 'user', id: 'net0' }),
    ];
    await assert.rejects(plug(vm, { driver: 'no-such-device', id: 'd' }, backends), /"device_add" failed: /);
    assert.deepEqual(await vm.execute('query-named-block-nodes', { flat: true }), []);
    await vm.execute('netdev_add', { type: 'user', id: 'net0' });
  });
});

test('a guest that does not answer an unplug is named as the reason', async () => {
  await withQemu(['-M', 'q35', '-m', '16', '-device', 'pcie-root-port,id=rp,slot=1'], async (vm) => {
    await plug(vm, { driver: 'virtio-rng-pci', id: 'rng', bus: 'rp' });
    await assert.rejects(unplug(vm, 'rng', { timeout: 200 }), (error: QmpError) => {
      if (error.code === 'QMP_COMMAND_FAILED') return true;
      assert.equal(error.code, 'QMP_COMMAND_TIMEOUT');
      assert.match(error.message, /"rng" was not unplugged within 200 ms/);
      return true;
    });
    await assert.rejects(unplug(vm, 'nothing'), /Device 'nothing' not found/);
  });
});

test('the guest’s memory is dumped', async () => {
  await withQemu(['-M', 'pc', '-m', '32', '-S'], async (vm, qemu) => {
    const path = qemu.path('core');
    const dump = dumpGuestMemory(vm, { paging: false, protocol: `file:${path}` }, { interval: 10 });
    await assert.rejects(dump.cancel(), (error: QmpError) => error.code === 'QMP_UNSUPPORTED');
    const result = await dump;
    assert.equal(result.status, 'completed');
    assert.equal(result.completed, result.total);
    assert.ok(statSync(path).size > 32 * 1024 * 1024);
    const magic = Buffer.alloc(4);
    const file = openSync(path, 'r');
    readSync(file, magic);
    closeSync(file);
    assert.equal(magic.toString('latin1'), '\x7fELF');
    await assert.rejects(Promise.resolve(dumpGuestMemory(vm, { paging: false, protocol: 'file:/no/such/folder/x' })));
  });
});

test('a balloon that is where it should be is done, and one the guest does not move fails', async () => {
  await withQemu(['-M', 'pc', '-m', '64', '-S', '-device', 'virtio-balloon-pci'], async (vm) => {
    const now = (await vm.execute('query-balloon')).actual;
    assert.equal((await balloon(vm, now)).actual, now);
    await assert.rejects(
      Promise.resolve(balloon(vm, 32 << 20, { stallAfter: 100 })),
      /the guest stays at 67108864 bytes/,
    );
  });
});

test('the screen comes as PNG bytes', async () => {
  await withQemu(['-M', 'pc', '-m', '16', '-S', '-device', 'VGA,id=vga'], async (vm) => {
    const picture = PNG.sync.read(Buffer.from(await screendump(vm)));
    assert.ok(picture.width >= 640 && picture.height >= 350);
    assert.equal((await screendump(vm, { device: 'vga', head: 0 }))[1], 0x50);
    await assert.rejects(screendump(vm, { device: 'nothing' }), /"screendump" failed: /);
  });
});
