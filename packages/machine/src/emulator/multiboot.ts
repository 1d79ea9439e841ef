import type { MemoryPiece } from './acpi-tables.js';
import { memoryMap } from './bios/system.js';

/** A file that a multiboot kernel finds in memory. */
export interface KernelModule {
  readonly data: Uint8Array;
  readonly commandLine: string;
}

/** What the processor holds when a kernel starts. */
export interface KernelStart {
  readonly entry: number;
  readonly eax: number;
  readonly ebx: number;
  readonly esi: number;
}

const HEADER_MAGIC = 0x1badb002;
const LOADER_MAGIC = 0x2badb002;
const HEADER_LIMIT = 8192;
const HAS_ADDRESSES = 1 << 16;
const ELF_MAGIC = 0x464c457f;
const ELF_32_BIT = 1;
const ELF_I386 = 3;
const SEGMENT_LOADED = 1;
const PAGE = 4096;

/** Where the information for the kernel goes: below the memory that kernels are loaded to. */
const INFORMATION = 0x90000;
const MAP = 0x90100;
const MODULES = 0x90800;
const TEXTS = 0x91000;
const TEXTS_END = 0x9f000;

/** Which parts of the information there are: memory, command line, modules, memory map, name of the loader. */
const PARTS = (1 << 0) | (1 << 2) | (1 << 3) | (1 << 6) | (1 << 9);

/** Where a kernel has its multiboot header (Multiboot Specification 0.6.96, 3.1); undefined when it has none. */
export function multibootHeader(kernel: Uint8Array): number | undefined {
  const view = viewOf(kernel);
  for (let at = 0; at + 12 <= Math.min(kernel.length, HEADER_LIMIT); at += 4) {
    if (view.getUint32(at, true) !== HEADER_MAGIC) continue;
    const sum = HEADER_MAGIC + view.getUint32(at + 4, true) + view.getUint32(at + 8, true);
    if (sum % 2 ** 32 === 0) return at;
  }
  return undefined;
}

/**
 * What has to be in memory for a multiboot kernel, and how it starts.
 *
 * @throws {RangeError} when it is no 32-bit kernel, or does not fit into memory.
 */
export function multibootPieces(
  kernel: Uint8Array,
  commandLine: string,
  modules: readonly KernelModule[],
  memory: number,
): { readonly pieces: MemoryPiece[]; readonly start: KernelStart } {
  const { pieces, entry, end } = loadKernel(kernel);
  const texts = new Texts();
  const list = new Uint8Array(modules.length * 16);
  if (MODULES + list.length > TEXTS)
    throw new RangeError(`a kernel can have ${(TEXTS - MODULES) / 16} modules at most`);
  let next = end;
  for (const [index, { data, commandLine: text }] of modules.entries()) {
    const address = Math.ceil(next / PAGE) * PAGE;
    next = address + data.length;
    pieces.push({ address, data });
    setWords(list, index * 16, [address, next, texts.put(text)]);
  }
  if (next > memory) throw new RangeError(`kernel and modules do not fit into ${memory >> 20} MiB of memory`);
  const map = encodeMap(memory);
  const information = new Uint8Array(116);
  setWords(information, 0, [PARTS, 640, memory / 1024 - 1024, 0, texts.put(commandLine), modules.length, MODULES]);
  setWords(information, 44, [map.length, MAP]);
  setWords(information, 64, [texts.put('qmp-machine')]);
  pieces.push(
    { address: INFORMATION, data: information },
    { address: MAP, data: map },
    { address: MODULES, data: list },
    { address: TEXTS, data: texts.bytes },
  );
  return { pieces, start: { entry, eax: LOADER_MAGIC, ebx: INFORMATION, esi: 0 } };
}

interface LoadedKernel {
  readonly pieces: MemoryPiece[];
  readonly entry: number;
  /** The first address behind it. */
  readonly end: number;
}

function loadKernel(kernel: Uint8Array): LoadedKernel {
  const header = multibootHeader(kernel);
  if (header === undefined) throw new RangeError('this is not a multiboot kernel: its header is missing');
  const view = viewOf(kernel);
  const flags = view.getUint32(header + 4, true);
  return flags & HAS_ADDRESSES ? loadByHeader(kernel, view, header) : loadElf(kernel, view);
}

function loadByHeader(kernel: Uint8Array, view: DataView, header: number): LoadedKernel {
  if (header + 32 > kernel.length) throw new RangeError('the multiboot header is cut off');
  const field = (index: number) => view.getUint32(header + 12 + index * 4, true);
  const [headerAddress, loadAddress, loadEnd, bssEnd, entry] = [field(0), field(1), field(2), field(3), field(4)];
  const offset = header - (headerAddress - loadAddress);
  const length = loadEnd === 0 ? kernel.length - offset : loadEnd - loadAddress;
  if (offset < 0 || length < 0 || offset + length > kernel.length)
    throw new RangeError('the addresses in the multiboot header do not fit the file');
  const data = kernel.subarray(offset, offset + length);
  return { pieces: [{ address: loadAddress, data }], entry, end: Math.max(bssEnd, loadAddress + length) };
}

function loadElf(kernel: Uint8Array, view: DataView): LoadedKernel {
  const is386 =
    kernel.length >= 52 &&
    view.getUint32(0, true) === ELF_MAGIC &&
    kernel[4] === ELF_32_BIT &&
    view.getUint16(18, true) === ELF_I386;
  if (!is386)
    throw new RangeError('a multiboot kernel has to be a 32-bit ELF file, or give its addresses in its header');
  const [table, size, count] = [view.getUint32(28, true), view.getUint16(42, true), view.getUint16(44, true)];
  if (size < 32 || table + size * count > kernel.length)
    throw new RangeError('the program headers of the kernel are cut off');
  const pieces: MemoryPiece[] = [];
  let end = 0;
  for (let at = table; at < table + size * count; at += size) {
    if (view.getUint32(at, true) !== SEGMENT_LOADED) continue;
    const field = (offset: number) => view.getUint32(at + offset, true);
    const [offset, address, stored, length] = [field(4), field(12), field(16), field(20)];
    if (offset + stored > kernel.length) throw new RangeError('a segment of the kernel is cut off');
    pieces.push({ address, data: kernel.subarray(offset, offset + stored) });
    end = Math.max(end, address + length);
  }
  return { pieces, entry: view.getUint32(24, true), end };
}

function encodeMap(memory: number): Uint8Array {
  const map = memoryMap(memory);
  const bytes = new Uint8Array(map.length * 24);
  for (const [index, [start, length, kind]] of map.entries())
    setWords(bytes, index * 24, [20, start, 0, length, 0, kind]);
  return bytes;
}

/** Strings for the kernel, one after the other. */
class Texts {
  readonly #bytes: number[] = [];

  /** @returns its address. */
  put(text: string): number {
    const address = TEXTS + this.#bytes.length;
    this.#bytes.push(...new TextEncoder().encode(text), 0);
    if (TEXTS + this.#bytes.length > TEXTS_END) throw new RangeError('the command lines are too long');
    return address;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

function setWords(bytes: Uint8Array, offset: number, words: readonly number[]): void {
  const view = viewOf(bytes);
  for (const [index, word] of words.entries()) view.setUint32(offset + index * 4, word, true);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
