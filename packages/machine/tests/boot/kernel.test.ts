import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMachine } from 'qmp-machine';
import { acpiTables } from '#src/emulator/acpi-tables.js';
import { kernelPieces } from '#src/emulator/kernel.js';
import { Guest } from '../machine/guest.js';

/** 32-bit code that prints the command line, which ESI's boot parameters lead to, on COM1 and sleeps. */
const CODE = [
  ...[0x8b, 0xb6, 0x28, 0x02, 0x00, 0x00], // mov esi, [esi + 0x228]
  ...[0xac, 0x84, 0xc0, 0x74, 0x07], // next: lodsb; test al, al; jz sleep
  ...[0x66, 0xba, 0xf8, 0x03, 0xee, 0xeb, 0xf4], // mov dx, 0x3f8; out dx, al; jmp next
  ...[0xf4, 0xeb, 0xfd], // sleep: hlt; jmp sleep
];

/** The smallest thing that has the shape of a Linux kernel. */
function tinyKernel(): Uint8Array {
  const image = new Uint8Array(1024 + CODE.length);
  image[0x1f1] = 1;
  image[0x201] = 0x6a;
  image.set(new TextEncoder().encode('HdrS'), 0x202);
  image.set(CODE, 1024);
  return image;
}

describe('a kernel', () => {
  test('is started with its command line, and again after a reset', async () => {
    const machine = await createMachine({
      memory: 16 << 20,
      kernel: { kernel: tinyKernel(), commandLine: 'console=ttyS0 hello' },
    });
    try {
      const guest = new Guest(machine);
      await machine.resume();
      await guest.says('console=ttyS0 hello');
      guest.output = '';
      await machine.reset();
      await guest.says('console=ttyS0 hello');
    } finally {
      await machine.destroy();
    }
  });

  test('must fit into memory', () => {
    const images = { kernel: tinyKernel(), initrd: new Uint8Array(15 << 20), commandLine: '' };
    assert.throws(() => kernelPieces(images, 16 << 20), /do not fit into 16 MiB of memory/);
    assert.throws(
      () => kernelPieces({ ...images, kernel: new Uint8Array(1024) }, 64 << 20),
      /neither a Linux kernel nor/,
    );
  });
});

test('every ACPI table has its length and a checksum that makes its bytes sum up to zero', () => {
  const [pointer, ...tables] = acpiTables(0xe0000);
  const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => total + byte, 0) & 0xff;
  assert.equal(sum(pointer?.data ?? new Uint8Array(1).fill(1)), 0);
  const names = tables.map(({ data }) => new TextDecoder().decode(data.subarray(0, 4)));
  assert.deepEqual(names, ['RSDT', 'FACP', 'FACS', 'DSDT']);
  for (const [index, { data }] of tables.entries()) {
    assert.equal(new DataView(data.buffer).getUint32(4, true), data.length, names[index]);
    if (names[index] !== 'FACS') assert.equal(sum(data), 0, names[index]);
  }
});
