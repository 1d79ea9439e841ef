import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kernelKind, kernelPieces } from '#src/emulator/kernel.js';

const MAGIC = 0x1badb002;

function headerAt(offset: number, flags: number, ...addresses: readonly number[]): Uint8Array {
  const file = new Uint8Array(offset + 64);
  const view = new DataView(file.buffer);
  const words = [MAGIC, flags, (2 ** 33 - MAGIC - flags) % 2 ** 32, ...addresses];
  for (const [index, word] of words.entries()) view.setUint32(offset + index * 4, word, true);
  return file;
}

const pieces = (kernel: Uint8Array, memory = 16 << 20) => kernelPieces({ kernel, commandLine: '' }, memory);

describe('a multiboot header', () => {
  test('is found within the first 8192 bytes, at a multiple of four, with the right sum', () => {
    assert.equal(kernelKind(headerAt(0, 0)), 'multiboot');
    assert.equal(kernelKind(headerAt(8192 - 12, 0)), 'multiboot');
    assert.equal(kernelKind(headerAt(8192, 0)), undefined);
    assert.equal(kernelKind(headerAt(2, 0)), undefined);
    const wrong = headerAt(0, 0);
    wrong[8] = 1 + (wrong[8] ?? 0);
    assert.equal(kernelKind(wrong), undefined);
    assert.equal(kernelKind(new Uint8Array(3)), undefined);
  });

  test('that makes no sense is refused, and says why', () => {
    const addresses = 1 << 16;
    assert.throws(() => pieces(headerAt(0, 0)), /has to be a 32-bit ELF file, or give its addresses/);
    assert.throws(() => pieces(headerAt(0, addresses).subarray(0, 20)), /the multiboot header is cut off/);
    assert.throws(() => pieces(headerAt(0, addresses, 0x100000, 0, 0, 0, 0)), /do not fit the file/);
    assert.throws(() => pieces(headerAt(0, addresses, 0x100000, 0x100000, 0x900000, 0, 0)), /do not fit the file/);
    const big = headerAt(0, addresses, 0x100000, 0x100000, 0, 32 << 20, 0x100000);
    assert.throws(() => pieces(big), /do not fit into 16 MiB of memory/);
    assert.doesNotThrow(() => pieces(big, 64 << 20));
  });

  test('before a 64-bit ELF file, or one whose parts are cut off, is refused', () => {
    const elf = new Uint8Array(128);
    elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    elf.set(headerAt(0, 0).subarray(0, 12), 64);
    elf[18] = 62;
    assert.throws(() => pieces(elf), /has to be a 32-bit ELF file/);
    elf[4] = 1;
    elf[18] = 3;
    elf[42] = 32;
    elf[44] = 200;
    assert.throws(() => pieces(elf), /the program headers of the kernel are cut off/);
  });
});
