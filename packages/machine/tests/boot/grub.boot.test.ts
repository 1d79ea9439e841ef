import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMachine, type DriveSlot, type Machine } from 'qmp-machine';

const FOLDER = '/usr/lib/grub-rescue';
const PATIENCE = 60_000;

async function screenWith(machine: Machine, text: string): Promise<string> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const screen = (await machine.emulator.textScreen()).map((row) => row.trimEnd()).join('\n');
    if (screen.includes(text)) return screen;
    assert.ok(Date.now() < end, `waited for ${text}, saw:\n${screen}`);
    await sleep(50);
  }
}

async function typeKeys(machine: Machine, keys: readonly number[]): Promise<void> {
  for (const key of keys) await machine.scancodes([key, key | 0x80]);
}

describe('GRUB, by the BIOS services of this package', () => {
  const cases: readonly (readonly [slot: DriveSlot, file: string, letter: 'a' | 'd', disk: string])[] = [
    ['fda', 'grub-rescue-floppy.img', 'a', '(fd0)'],
    ['cdrom', 'grub-rescue-cdrom.iso', 'd', '(cd)'],
  ];
  for (const [slot, file, letter, disk] of cases)
    test(`boots from ${file} to a shell that lists the disk`, async () => {
      const machine = await createMachine({
        memory: 32 << 20,
        media: { [slot]: { file: `${FOLDER}/${file}`, readOnly: true, snapshot: false } },
        bootOrder: [letter],
      });
      try {
        await machine.resume();
        await screenWith(machine, 'GNU GRUB');
        await screenWith(machine, 'Press enter to boot');
        await typeKeys(machine, [0x2e]); // c: the command line
        await screenWith(machine, 'grub>');
        await typeKeys(machine, [0x26, 0x1f, 0x1c]); // ls
        await screenWith(machine, disk);
      } finally {
        await machine.destroy();
      }
    });
});

test('a disk without a boot sector is said to be not bootable', async () => {
  const machine = await createMachine({ memory: 16 << 20, bootOrder: ['a', 'c', 'd'] });
  try {
    await machine.resume();
    await screenWith(machine, 'No bootable device.');
  } finally {
    await machine.destroy();
  }
});

test('SeaBIOS runs in the place of our firmware', async () => {
  const folder = '/usr/share/seabios';
  const read = (name: string) => new Uint8Array(readFileSync(`${folder}/${name}`));
  const machine = await createMachine({
    memory: 32 << 20,
    bios: { system: read('bios.bin'), video: read('vgabios-stdvga.bin') },
  });
  try {
    await machine.resume();
    await screenWith(machine, 'No bootable device.');
  } finally {
    await machine.destroy();
  }
});

test('SeaBIOS boots from what the boot order says', async () => {
  const folder = '/usr/share/seabios';
  const read = (name: string) => new Uint8Array(readFileSync(`${folder}/${name}`));
  const blank = join(mkdtempSync(join(tmpdir(), 'qmp-boot-')), 'blank.img');
  writeFileSync(blank, new Uint8Array(1474560).fill(0xf4, 0, 510).fill(0x55, 510, 511).fill(0xaa, 511, 512));
  const medium = (file: string) => ({ file, readOnly: true, snapshot: false });
  const machine = await createMachine({
    memory: 32 << 20,
    bios: { system: read('bios.bin'), video: read('vgabios-stdvga.bin') },
    media: { fda: medium(blank), cdrom: medium(`${FOLDER}/grub-rescue-cdrom.iso`) },
    bootOrder: ['d', 'a'],
  });
  try {
    await machine.resume();
    await screenWith(machine, 'GNU GRUB');
  } finally {
    await machine.destroy();
    rmSync(dirname(blank), { recursive: true });
  }
});
