import type { V86Cpu } from './internals.js';
import { readPhysical } from './memory.js';

/** One entry of the guest's page tables, as far as it maps something. */
export interface PageEntry {
  /** Virtual address of the first byte. */
  readonly address: number;
  readonly size: number;
  /** Physical address of the first byte. */
  readonly physical: number;
  /** The entry's flag bits, with those of the levels above it in the bits for user and write. */
  readonly flags: number;
}

const PRESENT = 1;
const LARGE = 0x80;
/** Writable, and open to user programs: bits that each level must grant. */
const GRANTED = 6;
const TABLE_BYTES = 4096;

/** Lists what the guest's page tables map, in order of address; undefined when paging is off. */
export function listPages(cpu: V86Cpu): PageEntry[] | undefined {
  const [cr0 = 0, , , cr3 = 0, cr4 = 0] = cpu.cr;
  if (cr0 >= 0) return undefined;
  if (!(cr4 & 0x20)) return walk(cpu, { table: cr3 & ~0xfff, address: 0, shift: 22, bytes: 4, large: cr4 & 0x10 });
  const pointers = entriesOf(cpu, cr3 & ~31, 8, 4);
  return pointers.flatMap((pointer, index) =>
    pointer & PRESENT
      ? walk(cpu, { table: pointer & ~0xfff, address: index * 2 ** 30, shift: 21, bytes: 8, large: 1 })
      : [],
  );
}

interface Directory {
  readonly table: number;
  readonly address: number;
  /** Bits of the address below this level. */
  readonly shift: number;
  /** Bytes an entry. */
  readonly bytes: number;
  /** Not 0 when an entry may map a large page. */
  readonly large: number;
}

function walk(cpu: V86Cpu, { table, address, shift, bytes, large }: Directory): PageEntry[] {
  return entriesOf(cpu, table, bytes, TABLE_BYTES / bytes).flatMap((entry, index) => {
    const at = address + index * 2 ** shift;
    if (!(entry & PRESENT)) return [];
    if (large && entry & LARGE)
      return [{ address: at, size: 2 ** shift, physical: (entry & -(2 ** shift)) >>> 0, flags: entry & 0x1ff }];
    return entriesOf(cpu, entry & ~0xfff, bytes, TABLE_BYTES / bytes).flatMap((page, number) => {
      if (!(page & PRESENT)) return [];
      const flags = (page & 0x17f & ~GRANTED) | (page & entry & GRANTED);
      return [{ address: at + number * 4096, size: 4096, physical: (page & ~0xfff) >>> 0, flags }];
    });
  });
}

function entriesOf(cpu: V86Cpu, table: number, bytes: number, count: number): number[] {
  const data = readPhysical(cpu, table >>> 0, bytes * count);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: count }, (_, index) => view.getInt32(index * bytes, true));
}
