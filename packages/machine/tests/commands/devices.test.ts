import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { Bench } from './bench.js';

let bench: Bench;
afterEach(() => bench.stop());

const human = (line: string) => bench.monitor.human.execute(line);

describe('devices that come and go', () => {
  test('a port comes with its chardev and goes again', async () => {
    bench = await Bench.start({ virtioSerial: { id: 'vs' } });
    const { client } = bench;
    await client.execute('chardev-add', { id: 'c', backend: { type: 'ringbuf', data: {} } });
    await client.execute('device_add', { driver: 'virtserialport', id: 'p', chardev: 'c', name: 'org.test.0' });
    const path = '/machine/peripheral/p';
    assert.equal(await client.execute('qom-get', { path, property: 'nr' }), 1);
    assert.equal(await client.execute('qom-get', { path, property: 'name' }), 'org.test.0');
    const [chardev] = await client.execute('query-chardev');
    assert.equal(chardev?.['frontend-open'], true);
    await assert.rejects(client.execute('chardev-remove', { id: 'c' }), /Chardev 'c' is busy/);
    bench.takeEvents();
    const deleted = client.listen(['DEVICE_DELETED']);
    await client.execute('device_del', { id: 'p' });
    assert.deepEqual((await deleted[Symbol.asyncIterator]().next()).value?.data, { device: 'p', path });
    await deleted.close();
    await client.execute('chardev-remove', { id: 'c' });
    await assert.rejects(client.execute('device_del', { id: 'p' }), { errorClass: 'DeviceNotFound' });
  });

  test('ports have numbers of their own', async () => {
    bench = await Bench.start({ virtioSerial: {} });
    const { client } = bench;
    assert.equal(await human('device_add virtserialport,id=a'), '');
    await client.execute('device_add', { driver: 'virtserialport', id: 'b', nr: 3 });
    assert.equal(await human('qom-get b nr'), '3\n');
    const add = (more: object) => client.execute('device_add', { driver: 'virtserialport', ...more });
    await assert.rejects(add({ nr: 3 }), /A port already exists at id 3/);
    await assert.rejects(add({ nr: 9 }), /Out-of-range port id specified, max. allowed: 3/);
    await assert.rejects(add({ nr: 0 }), /Port number 0 on virtio-serial devices reserved for virtconsole/);
    await assert.rejects(add({ id: 'a' }), /Duplicate device ID 'a'/);
    await assert.rejects(add({ id: '7x' }), /Parameter 'id' expects an identifier/);
    await assert.rejects(add({ nope: 1 }), /Property 'virtserialport.nope' not found/);
    await assert.rejects(add({ chardev: 'c' }), /Property 'virtserialport.chardev' can't find value 'c'/);
    await assert.rejects(add({ bus: 'nobus.0' }), /Bus 'nobus.0' not found/);
    await client.execute('device_add', { driver: 'virtconsole', id: 'c' });
    await add({});
    await assert.rejects(add({}), /no more ports are left/);
  });

  test('what cannot come while the machine runs is refused in QEMU’s words', async () => {
    bench = await Bench.start();
    const { client } = bench;
    const add = (driver: string) => client.execute('device_add', { driver });
    await assert.rejects(add('virtserialport'), /No 'virtio-serial-bus' bus found for device 'virtserialport'/);
    await assert.rejects(add('ne2k_pci'), /Bus 'pci.0' does not support hotplugging/);
    await assert.rejects(add('isa-debug-exit'), /Bus 'isa.0' does not support hotplugging/);
    await assert.rejects(add('pci-device'), /Parameter 'driver' expects a non-abstract device type/);
    await assert.rejects(add('secret'), /'secret' is not a valid device model name/);
    await assert.rejects(client.execute('device_add', {} as never), /Parameter 'driver' is missing/);
    assert.equal(await human('device_add'), "Error: Parameter 'driver' is missing\n");
    assert.equal(await human('device_del nope'), "Error: Device 'nope' not found\n");
  });
});

test('a guest ends the machine with an exit code by isa-debug-exit', async () => {
  bench = await Bench.start({ debugExit: { port: 0x501, size: 2 } });
  assert.equal(await human('o/b 0x501 0x10'), '');
  assert.equal(await bench.machine.finished, 0x21);
});
