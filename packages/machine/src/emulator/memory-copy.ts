import type { V86Cpu, V86Internals } from './internals.js';
import { repairBars } from './state.js';

/** Bytes of a page of guest memory. */
export const PAGE_SIZE = 4096;

/** Some pages of a guest's memory. */
export interface PageBatch {
  /** Numbers of pages that hold only zeros. */
  readonly zeros: Uint32Array;
  /** Numbers of the pages in `data`. */
  readonly pages: Uint32Array;
  /** Their bytes, one page after the other. */
  readonly data: Uint8Array;
  /** Pages that were looked at, changed ones only. */
  readonly taken: number;
}

/** How many pages one call compares: short enough that the guest does not notice. */
const COMPARED_AT_ONCE = 2048;

/**
 * Brings a guest's memory elsewhere while the guest changes it. The processor does not tell which pages it wrote, so a
 * copy of what was sent is kept and compared.
 */
export class MemoryCopy {
  readonly #cpu: V86Cpu;
  readonly #sent: Uint32Array;
  readonly #changed: Uint8Array;
  #next = 0;

  constructor(cpu: V86Cpu) {
    this.#cpu = cpu;
    const pages = this.#memory.length / (PAGE_SIZE / 4);
    this.#sent = new Uint32Array(this.#memory.length);
    // Nothing was sent yet, not even that a page is empty.
    this.#changed = new Uint8Array(pages).fill(1);
  }

  /**
   * Looks for pages that differ from what was sent, from page `first` on.
   *
   * @returns the page to go on from, 0 at the end, and how many were found.
   */
  findChanged(first: number): { readonly next: number; readonly found: number } {
    const memory = this.#memory;
    const end = Math.min(first + COMPARED_AT_ONCE, this.#changed.length);
    let found = 0;
    for (let page = first; page < end; page++) {
      if (this.#changed[page] === 1 || differs(memory, this.#sent, page)) {
        this.#changed[page] = 1;
        found += 1;
      }
    }
    this.#next = 0;
    return { next: end === this.#changed.length ? 0 : end, found };
  }

  /** Takes changed pages, at most `limit` with data in them, for sending. */
  take(limit: number): PageBatch {
    const zeros: number[] = [];
    const pages: number[] = [];
    const memory = this.#memory;
    let looked = 0;
    for (; this.#next < this.#changed.length && pages.length < limit && looked < COMPARED_AT_ONCE; this.#next++) {
      if (this.#changed[this.#next] !== 1) continue;
      this.#changed[this.#next] = 0;
      looked += 1;
      const from = this.#next * (PAGE_SIZE / 4);
      const page = memory.subarray(from, from + PAGE_SIZE / 4);
      if (page.every((word) => word === 0)) {
        if (!isZero(this.#sent, this.#next)) this.#sent.fill(0, from, from + PAGE_SIZE / 4);
        zeros.push(this.#next);
      } else {
        this.#sent.set(page, from);
        pages.push(this.#next);
      }
    }
    const data = new Uint8Array(pages.length * PAGE_SIZE);
    const bytes = new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength);
    pages.forEach((page, index) => {
      data.set(bytes.subarray(page * PAGE_SIZE, (page + 1) * PAGE_SIZE), index * PAGE_SIZE);
    });
    return { zeros: Uint32Array.from(zeros), pages: Uint32Array.from(pages), data, taken: looked };
  }

  get #memory(): Uint32Array {
    const { buffer, byteOffset, byteLength } = this.#cpu.mem8;
    return new Uint32Array(buffer, byteOffset, byteLength / 4);
  }
}

function differs(memory: Uint32Array, sent: Uint32Array, page: number): boolean {
  const end = (page + 1) * (PAGE_SIZE / 4);
  for (let word = page * (PAGE_SIZE / 4); word < end; word++) if (memory[word] !== sent[word]) return true;
  return false;
}

function isZero(words: Uint32Array, page: number): boolean {
  const end = (page + 1) * (PAGE_SIZE / 4);
  for (let word = page * (PAGE_SIZE / 4); word < end; word++) if (words[word] !== 0) return false;
  return true;
}

/** Puts pages into a guest's memory. */
export function loadPages(cpu: V86Cpu, { zeros, pages, data }: Omit<PageBatch, 'taken'>): void {
  for (const page of zeros) cpu.mem8.fill(0, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  pages.forEach((page, index) => {
    cpu.mem8.set(data.subarray(index * PAGE_SIZE, (index + 1) * PAGE_SIZE), page * PAGE_SIZE);
  });
}

/** Saves everything but memory and the disks' contents. */
export async function saveDevices(internals: V86Internals): Promise<Uint8Array> {
  const { cpu } = internals.v86;
  const previous = cpu.pack_memory;
  cpu.pack_memory = () => ({ packed_memory: new Uint8Array(0), bitmap: { get_buffer: () => new ArrayBuffer(0) } });
  try {
    return new Uint8Array(await internals.save_state());
  } finally {
    cpu.pack_memory = previous;
  }
}

/** Puts the devices where {@link saveDevices} saw them, and leaves memory as it is. */
export async function loadDevices(internals: V86Internals, state: Uint8Array): Promise<void> {
  const { cpu } = internals.v86;
  repairBars(internals);
  const previous = cpu.unpack_memory;
  cpu.unpack_memory = () => {};
  try {
    await internals.restore_state(state.slice().buffer);
  } finally {
    cpu.unpack_memory = previous;
  }
}
