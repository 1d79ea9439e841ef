import { acpiTables, type MemoryPiece } from './acpi-tables.js';
import { memoryMap } from './bios/system.js';
import type { KernelImages } from './kernel-images.js';
import type { KernelStart } from './multiboot.js';

const BOOT_PARAMETERS = 0x90000;
const COMMAND_LINE = 0x99000;
const KERNEL = 0x100000;
const ACPI = 0xe0000;
const SETUP_HEADER = 0x1f1;
const SECTOR = 512;
const PAGE = 4096;
const UNDEFINED_LOADER = 0xff;
const LOADED_HIGH = 1;

/** How a Linux kernel starts: ESI at its boot parameters. */
export const linuxStart: KernelStart = { entry: KERNEL, eax: 0, ebx: 0, esi: BOOT_PARAMETERS };

/** Tells a Linux kernel by the signature of its setup header. */
export function isLinuxKernel(kernel: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(kernel.subarray(0x202, 0x206)) === 'HdrS';
}

/**
 * What has to be in memory for the 32-bit boot protocol (Linux, Documentation/arch/x86/boot.rst): the kernel's protected
 * part at 1 MiB, the initial RAM disk as high as it goes, the command line, the boot parameters, and ACPI tables.
 *
 * @throws {RangeError} when it does not fit into memory, or it is no such kernel.
 */
export function linuxPieces({ kernel, initrd, commandLine }: KernelImages, memory: number): MemoryPiece[] {
  if (!isLinuxKernel(kernel)) throw new RangeError('this is not a Linux kernel: its setup header is missing');
  const setupSize = ((kernel[SETUP_HEADER] || 4) + 1) * SECTOR;
  const protectedPart = kernel.subarray(setupSize);
  const initrdSize = initrd?.length ?? 0;
  const initrdStart = Math.floor((memory - initrdSize - (1 << 20)) / PAGE) * PAGE;
  if (initrdStart < KERNEL + protectedPart.length)
    throw new RangeError(`kernel and initial RAM disk do not fit into ${memory >> 20} MiB of memory`);
  const parameters = bootParameters(kernel, memory);
  const view = new DataView(parameters.buffer);
  if (initrd !== undefined) {
    view.setUint32(0x218, initrdStart, true);
    view.setUint32(0x21c, initrdSize, true);
  }
  const pieces = [
    { address: KERNEL, data: protectedPart },
    { address: COMMAND_LINE, data: new TextEncoder().encode(`${commandLine}\0`) },
    { address: BOOT_PARAMETERS, data: parameters },
    ...acpiTables(ACPI),
  ];
  return initrd === undefined ? pieces : [...pieces, { address: initrdStart, data: initrd }];
}

function bootParameters(kernel: Uint8Array, memory: number): Uint8Array {
  const bytes = new Uint8Array(PAGE);
  const view = new DataView(bytes.buffer);
  bytes.set(kernel.subarray(SETUP_HEADER, 0x202 + (kernel[0x201] ?? 0)), SETUP_HEADER);
  bytes[0x210] = UNDEFINED_LOADER;
  bytes[0x211] = (kernel[0x211] ?? 0) | LOADED_HIGH;
  view.setUint32(0x228, COMMAND_LINE, true);
  // The screen as the firmware left it: text mode 3.
  bytes[0x06] = 3;
  bytes[0x07] = 80;
  bytes[0x0e] = 25;
  bytes[0x0f] = 1;
  view.setUint16(0x10, 16, true);
  const map = memoryMap(memory);
  bytes[0x1e8] = map.length;
  for (const [index, [start, length, kind]] of map.entries()) {
    view.setBigUint64(0x2d0 + index * 20, BigInt(start), true);
    view.setBigUint64(0x2d8 + index * 20, BigInt(length), true);
    view.setUint32(0x2e0 + index * 20, kind, true);
  }
  return bytes;
}
