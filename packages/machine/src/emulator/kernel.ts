import type { MemoryPiece } from './acpi-tables.js';
import type { KernelImages } from './kernel-images.js';
import { isLinuxKernel, linuxPieces, linuxStart } from './linux.js';
import { type KernelStart, multibootHeader, multibootPieces } from './multiboot.js';

/** Where the firmware reads what to start a kernel with: EAX, EBX, ESI and the address. */
const START_BLOCK = 0x8f000;

/** Whether a kernel can be started by {@link kernelPieces}. */
export function kernelKind(kernel: Uint8Array): 'linux' | 'multiboot' | undefined {
  if (isLinuxKernel(kernel)) return 'linux';
  return multibootHeader(kernel) === undefined ? undefined : 'multiboot';
}

/**
 * What has to be in memory so that the firmware starts a kernel.
 *
 * @throws {RangeError} when it does not fit into memory, or it is no kernel of these kinds.
 */
export function kernelPieces(images: KernelImages, memory: number): MemoryPiece[] {
  const kind = kernelKind(images.kernel);
  if (kind === undefined) throw new RangeError('this is neither a Linux kernel nor one with a multiboot header');
  if (kind === 'linux') return [...linuxPieces(images, memory), startBlock(linuxStart)];
  const { pieces, start } = multibootPieces(images.kernel, images.commandLine, images.modules ?? [], memory);
  return [...pieces, startBlock(start)];
}

function startBlock({ eax, ebx, esi, entry }: KernelStart): MemoryPiece {
  const data = new Uint8Array(16);
  const view = new DataView(data.buffer);
  for (const [index, value] of [eax, ebx, esi, entry].entries()) view.setUint32(index * 4, value, true);
  return { address: START_BLOCK, data };
}
