import type { V86Cpu } from './internals.js';

const VIDEO_START = 0xa0000;
const VIDEO_END = 0xc0000;

/** Reads physical memory, devices included. Where there is nothing, all bits are set. */
export function readPhysical(cpu: V86Cpu, address: number, length: number): Uint8Array {
  const ram = cpu.memory_size[0] ?? 0;
  const plain = address + length <= ram && (address + length <= VIDEO_START || address >= VIDEO_END);
  if (plain) return cpu.mem8.slice(address, address + length);
  const data = new Uint8Array(length);
  for (let index = 0; index < length; index++) {
    const at = address + index;
    data[index] = at > 0xffffffff ? 0xff : cpu.read8(at | 0);
  }
  return data;
}

const PAGE = 4096;
const PRESENT = 1;
const LARGE = 0x80;

/** The physical address of a virtual one, walking the guest's page tables; undefined where nothing is mapped. */
export function translate(cpu: V86Cpu, address: number): number | undefined {
  const [cr0 = 0, , , cr3 = 0, cr4 = 0] = cpu.cr;
  if (cr0 >= 0) return address;
  return cr4 & 0x20 ? translateExtended(cpu, address, cr3) : translateClassic(cpu, address, cr3, (cr4 & 0x10) !== 0);
}

function translateClassic(cpu: V86Cpu, address: number, cr3: number, largePages: boolean): number | undefined {
  const directory = word(cpu, (cr3 & ~0xfff) + (address >>> 22) * 4);
  if (!(directory & PRESENT)) return undefined;
  if (directory & LARGE && largePages) return ((directory & 0xffc00000) | (address & 0x3fffff)) >>> 0;
  const entry = word(cpu, (directory & ~0xfff) + ((address >>> 12) & 1023) * 4);
  return entry & PRESENT ? ((entry & ~0xfff) | (address & 0xfff)) >>> 0 : undefined;
}

/** Physical address extension: three levels, entries of eight bytes of which v86 uses the lower four. */
function translateExtended(cpu: V86Cpu, address: number, cr3: number): number | undefined {
  const pointer = word(cpu, (cr3 & ~31) + (address >>> 30) * 8);
  if (!(pointer & PRESENT)) return undefined;
  const directory = word(cpu, (pointer & ~0xfff) + ((address >>> 21) & 511) * 8);
  if (!(directory & PRESENT)) return undefined;
  if (directory & LARGE) return ((directory & 0xffe00000) | (address & 0x1fffff)) >>> 0;
  const entry = word(cpu, (directory & ~0xfff) + ((address >>> 12) & 511) * 8);
  return entry & PRESENT ? ((entry & ~0xfff) | (address & 0xfff)) >>> 0 : undefined;
}

function word(cpu: V86Cpu, address: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = readPhysical(cpu, address >>> 0, 4);
  return a | (b << 8) | (c << 16) | (d << 24);
}

/** Reads virtual memory as the processor sees it now; undefined when a page of it is not mapped. */
export function readVirtual(cpu: V86Cpu, address: number, length: number): Uint8Array | undefined {
  const data = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const at = (address + done) >>> 0;
    const physical = translate(cpu, at);
    if (physical === undefined) return undefined;
    const count = Math.min(length - done, PAGE - (at & (PAGE - 1)));
    data.set(readPhysical(cpu, physical, count), done);
    done += count;
  }
  return data;
}
