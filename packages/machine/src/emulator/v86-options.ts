import type { V86Options } from 'v86';
import type { MemoryPiece } from './acpi-tables.js';
import type { BootOrder } from './bios/bios.js';
import type { Drives } from './drives.js';
import type { V86Cpu } from './internals.js';
import { kernelPieces } from './kernel.js';
import { nicOptions } from './network/nic.js';
import type { EmulatorOptions } from './options.js';

const VIDEO_MEMORY = 8 << 20;
const MEBIBYTE = 1 << 20;
const FIRMWARE_START = 0xa0000;
const BLOCK = 65536;

/** The options of a PC as those of v86. */
export function v86Options(
  options: EmulatorOptions,
  drives: Drives,
  instantiate: (imports: object) => Promise<object>,
): V86Options {
  return {
    wasm_fn: instantiate,
    memory_size: options.memory,
    vga_memory_size: VIDEO_MEMORY,
    bios: { buffer: copyToBuffer(options.firmware) },
    ...(options.videoFirmware === undefined ? {} : { vga_bios: { buffer: copyToBuffer(options.videoFirmware) } }),
    ...(options.bootOrder.length === 0 ? {} : { boot_order: cmosBootOrder(options.bootOrder) }),
    acpi: true,
    autostart: false,
    disable_speaker: true,
    uart1: options.serialPorts > 1,
    uart2: options.serialPorts > 2,
    uart3: options.serialPorts > 3,
    virtio_balloon: true,
    ...optionRom(options),
    ...portOptions(options),
    ...nicOptions(options.nic),
    ...mediaOptions(options.media, drives),
  };
}

/** The drives as options of v86, which takes any object with the methods of its own buffers. */
function mediaOptions(media: EmulatorOptions['media'], drives: Drives): object {
  const options: Record<string, object> = {};
  for (const slot of ['hda', 'hdb', 'cdrom', 'fda', 'fdb'] as const) {
    const medium = media[slot];
    if (medium !== undefined) options[slot] = drives.buffer(slot, medium);
  }
  return options;
}

/** A kernel as options of v86, which puts it into memory with an option ROM that a BIOS starts it by. */
function optionRom({ bootSource, kernel }: EmulatorOptions): object {
  if (bootSource !== 'bios' || kernel === undefined) return {};
  return {
    bzimage: { buffer: copyToBuffer(kernel.kernel) },
    cmdline: kernel.commandLine,
    ...(kernel.initrd === undefined ? {} : { initrd: { buffer: copyToBuffer(kernel.initrd) } }),
  };
}

/** What the host has to put into memory again after each reset. */
export function preparedMemory(cpu: V86Cpu, { kernel, memory, bootSource }: EmulatorOptions): MemoryPiece[] {
  if (kernel === undefined) return [];
  return bootSource === 'bios' ? usedMemory(cpu.mem8) : kernelPieces(kernel, memory);
}

/** What v86 has put into memory before the first instruction. */
function usedMemory(memory: Uint8Array): MemoryPiece[] {
  const pieces: MemoryPiece[] = [];
  for (let address = 0; address < FIRMWARE_START; address += BLOCK) take(address);
  for (let address = MEBIBYTE; address < memory.length; address += BLOCK) take(address);
  return pieces;

  function take(address: number): void {
    const data = memory.slice(address, address + BLOCK);
    if (data.some((byte) => byte !== 0)) pieces.push({ address, data });
  }
}

/** The boot order as a PC's CMOS keeps it for the BIOS: a digit for each device, the first one lowest. */
function cmosBootOrder(order: BootOrder): number {
  const digits = { a: 1, c: 2, d: 3 } as const;
  return order.reduce((digitsSoFar, letter, index) => digitsSoFar | (digits[letter] << (4 * index)), 0);
}

/** v86's own types do not know that the device can be there without a terminal. */
function portOptions({ virtioSerial }: EmulatorOptions): object {
  return virtioSerial ? { virtio_console: true } : {};
}

/** v86 wants an ArrayBuffer whose length is a multiple of four. */
function copyToBuffer(data: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array((data.length + 3) & ~3);
  copy.set(data);
  return copy.buffer;
}
