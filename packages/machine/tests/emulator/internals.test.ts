import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine, type MachineOptions } from 'qmp-machine';
import { internalsOf } from '#src/emulator/internals.js';

test('every device that a machine can have is the one this package was built for', async () => {
  const machines: MachineOptions[] = [
    { nic: null },
    { nic: { id: 'v', named: true, model: 'virtio-net-pci', mac: '52:54:00:00:00:01' }, virtioSerial: {} },
  ];
  for (const options of machines) await (await createMachine({ memory: 16 << 20, ...options })).destroy();
});

test('another v86 is refused with the member that is missing', () => {
  assert.throws(() => internalsOf({}), /not the one qmp-machine was built for: save_state is missing/);
});
