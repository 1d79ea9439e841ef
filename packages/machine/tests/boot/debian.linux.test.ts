import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connect } from 'qmp';
import { memoryChardevs } from 'qmp/testing';
import { createMachine, createMachineMonitor } from 'qmp-machine';
import { Guest } from '../machine/guest.js';
import { cpio } from './cpio.js';

const PATIENCE = 180_000;
const FOLDER = 0o40755;
const PROGRAM = 0o100755;

/** Brings up a shell on the serial port, and turns the machine off when its power button is pressed. */
const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
insmod /lib/evdev.ko
insmod /lib/button.ko
for device in /dev/input/event*; do
  (head -c 1 $device >/dev/null; echo "the power button was pressed"; poweroff -f) &
done
exec setsid sh </dev/ttyS0 >/dev/ttyS0 2>&1
`;

/** A file that scripts/debian-linux.sh has fetched. */
function fetched(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../../../tmp/debian-linux/${name}`, import.meta.url)));
}

function initialRamDisk(): Uint8Array {
  return cpio([
    ...['bin', 'dev', 'lib', 'proc', 'sys'].map((name) => ({ name, mode: FOLDER })),
    { name: 'bin/busybox', mode: PROGRAM, data: fetched('busybox') },
    { name: 'lib/button.ko', mode: PROGRAM, data: fetched('button.ko') },
    { name: 'lib/evdev.ko', mode: PROGRAM, data: fetched('evdev.ko') },
    { name: 'init', mode: PROGRAM, data: new TextEncoder().encode(INIT) },
  ]);
}

test('a BIOS from elsewhere starts a kernel too', { timeout: 2 * PATIENCE }, async () => {
  const bios = {
    system: new Uint8Array(readFileSync('/usr/share/seabios/bios-256k.bin')),
    video: new Uint8Array(readFileSync('/usr/share/seabios/vgabios-stdvga.bin')),
  };
  const machine = await createMachine({
    bios,
    kernel: { kernel: fetched('vmlinuz'), commandLine: 'console=ttyS0 panic=1' },
  });
  try {
    const guest = new Guest(machine, PATIENCE);
    await machine.resume();
    await guest.says('Linux version');
    await guest.says('Kernel panic - not syncing: VFS: Unable to mount root fs');
    guest.output = '';
    await guest.says('Linux version');
  } finally {
    await machine.destroy();
  }
});

test(
  "Debian's kernel boots to a prompt on the serial port, and system_powerdown shuts it down",
  {
    timeout: 2 * PATIENCE,
  },
  async () => {
    const machine = await createMachine({
      kernel: { kernel: fetched('vmlinuz'), initrd: initialRamDisk(), commandLine: 'console=ttyS0 quiet' },
    });
    const { qmp } = createMachineMonitor(machine);
    const [ours, theirs] = memoryChardevs();
    qmp.attach(theirs);
    try {
      const guest = new Guest(machine, PATIENCE);
      const client = await connect(ours);
      await client.execute('cont');
      await guest.says('built-in shell');
      await guest.says('# ');
      guest.type('echo sum $((40 + 2)); uname -m');
      await guest.says('sum 42');
      await guest.says('i686');
      await client.execute('system_powerdown');
      await guest.says('the power button was pressed');
      assert.deepEqual((await guest.event('SHUTDOWN')).data, { guest: true, reason: 'guest-shutdown' });
      assert.ok(guest.eventNames.includes('POWERDOWN'));
      assert.equal(await machine.finished, 0);
      await client.close();
    } finally {
      await qmp.close();
      await machine.destroy();
    }
  },
);
