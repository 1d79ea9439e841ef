import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitArguments } from '#src/cli/arguments.js';
import { readConfig } from '#src/cli/config.js';

const devicesOf = (...argv: string[]) => readConfig(splitArguments(argv)).devices;
const refuses = (message: RegExp, ...argv: string[]) => assert.throws(() => devicesOf(...argv), { message });

test('devices are asked for by their models', () => {
  const port = 'virtserialport,chardev=c,name=org.test,id=p';
  const devices = devicesOf('-device', 'virtio-serial,id=vs', '-device', port, '-device', 'isa-debug-exit,iobase=0xf4');
  assert.deepEqual(devices.virtioSerial, { id: 'vs' });
  assert.deepEqual(devices.debugExit, { port: 0xf4, size: 2 });
  assert.deepEqual(
    devices.ports.map(({ properties }) => properties),
    [{ driver: 'virtserialport', chardev: 'c', name: 'org.test', id: 'p' }],
  );
});

test('what is wrong with a device is named', () => {
  refuses(/'virtio-blk' is not a valid device model name/, '-device', 'virtio-blk');
  refuses(/Property 'isa-debug-exit.port' not found/, '-device', 'isa-debug-exit,port=1');
  refuses(/Parameter 'iobase' expects uint32/, '-device', 'isa-debug-exit,iobase=x');
  refuses(/too many virtio serial devices/, '-device', 'virtio-serial-pci', '-device', 'virtio-serial-pci');
});
