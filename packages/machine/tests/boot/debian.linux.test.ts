import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'qmp';
import { memoryChardevs } from 'qmp/testing';
import { createMachine, createMachineMonitor } from 'qmp-machine';
import type { Api } from '#src/api/index.js';
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
  "Debian's kernel boots to a prompt, goes to another machine while it counts, and system_powerdown shuts it down there",
  {
    timeout: 2 * PATIENCE,
  },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'linux-'));
    const uri = `unix:${join(folder, 'migrate')}`;
    const kernel = { kernel: fetched('vmlinuz'), initrd: initialRamDisk(), commandLine: 'console=ttyS0 quiet' };
    const ends: (() => Promise<void>)[] = [];
    const start = async (incoming?: string) => {
      const machine = await createMachine({ kernel });
      const { qmp, waiting } = createMachineMonitor(machine, incoming === undefined ? {} : { incoming });
      const [ours, theirs] = memoryChardevs();
      qmp.attach(theirs);
      const client = await connect<Api>(ours);
      ends.push(async () => {
        await client.destroy();
        await qmp.close();
        await machine.destroy();
      });
      await waiting;
      return { machine, client, guest: new Guest(machine, PATIENCE) };
    };
    try {
      const here = await start();
      await here.client.execute('cont');
      await here.guest.says('built-in shell');
      await here.guest.says('# ');
      here.guest.type('echo sum $((40 + 2)); uname -m');
      await here.guest.says('sum 42');
      await here.guest.says('i686');

      const there = await start(uri);
      here.guest.type('i=0; while ! read -t 1 word; do i=$((i+1)); echo at $i; done; echo heard $word');
      await here.guest.says('at 2');
      await here.client.execute('migrate', { uri });
      await there.guest.event('RESUME');
      assert.equal((await here.client.execute('query-status')).status, 'postmigrate');
      const counted = Number([...here.guest.output.matchAll(/at (\d+)\r\n/g)].at(-1)?.[1]);
      await there.guest.says(`at ${counted + 2}`);
      there.guest.type('hello');
      await there.guest.says('heard hello');

      await there.client.execute('system_powerdown');
      await there.guest.says('the power button was pressed');
      assert.deepEqual((await there.guest.event('SHUTDOWN')).data, { guest: true, reason: 'guest-shutdown' });
      assert.ok(there.guest.eventNames.includes('POWERDOWN'));
      assert.equal(await there.machine.finished, 0);
    } finally {
      for (const end of ends) await end();
      rmSync(folder, { recursive: true });
    }
  },
);
