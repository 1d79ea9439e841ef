import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMachine } from 'qmp-machine';
import { Guest } from '../machine/guest.js';

const source = fileURLToPath(new URL('../../tests/boot/multiboot-kernel.asm', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'qmp-multiboot-'));
after(() => rmSync(folder, { recursive: true }));

function assemble(...options: readonly string[]): Uint8Array {
  const target = join(folder, 'kernel.bin');
  execFileSync('nasm', ['-f', 'bin', ...options, '-o', target, source]);
  return new Uint8Array(readFileSync(target));
}

/** Puts code into an ELF file of one segment at 1 MiB, which starts behind its multiboot header of 12 bytes. */
function elfOf(code: Uint8Array): Uint8Array {
  const CODE_OFFSET = 84;
  const ADDRESS = 0x100000;
  const file = new Uint8Array(CODE_OFFSET + code.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  for (const [offset, value] of [
    [16, 2],
    [18, 3],
    [40, 52],
    [42, 32],
    [44, 1],
  ] as const)
    view.setUint16(offset, value, true);
  view.setUint32(24, ADDRESS + 12, true);
  view.setUint32(28, 52, true);
  for (const [index, word] of [1, CODE_OFFSET, ADDRESS, ADDRESS, code.length, code.length, 7, 4096].entries())
    view.setUint32(52 + index * 4, word, true);
  file.set(code, CODE_OFFSET);
  return file;
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a multiboot kernel', () => {
  for (const [kind, make] of [
    ['that tells its addresses', () => assemble()],
    ['in an ELF file', () => elfOf(assemble('-D', 'ELF'))],
  ] as const)
    test(`${kind} starts with command line, memory and module, and again after a reset`, async () => {
      const machine = await createMachine({
        memory: 16 << 20,
        kernel: {
          kernel: make(),
          commandLine: 'kernel.bin root=none',
          modules: [{ data: bytes('I am the module\0'), commandLine: 'module.txt one two' }],
        },
      });
      try {
        const guest = new Guest(machine);
        await machine.resume();
        const lines = ['2BADB002', 'kernel.bin root=none', '00003C00', 'I am the module', 'module.txt one two', ''];
        await guest.says(lines.join('\r\n'));
        machine.serialPorts[0]?.sendBreak();
        await guest.says('break\r\n');
        guest.output = '';
        await machine.reset();
        await guest.says(lines.join('\r\n'));
      } finally {
        await machine.destroy();
      }
    });
});
