import { AX, BX, CX, DI, DX, ES, type RealMode } from './real-mode.js';

const CONVENTIONAL_KIB = 639;
const MEBIBYTE = 1 << 20;
const SMAP = 0x534d4150;
const USABLE = 1;
const RESERVED = 2;

/** A range of memory as INT 15 function E820 and the boot protocols tell it: start, length, kind. */
export type MemoryRange = readonly [start: number, length: number, kind: number];

/** The map of a PC's memory. */
export function memoryMap(memory: number): readonly MemoryRange[] {
  return [
    [0, 0x9fc00, USABLE],
    [0x9fc00, 0x400, RESERVED],
    [0xe0000, 0x20000, RESERVED],
    [MEBIBYTE, memory - MEBIBYTE, USABLE],
  ];
}

/** INT 11 and 12, 15 and 1A: equipment, memory and time. */
export class SystemService {
  readonly #mode: RealMode;
  readonly #memory: number;
  readonly #floppies: number;

  constructor(mode: RealMode, memory: number, floppies: number) {
    this.#mode = mode;
    this.#memory = memory;
    this.#floppies = floppies;
  }

  equipment(): void {
    this.#mode.setWord(AX, 0x20 | (this.#floppies > 0 ? 1 : 0));
  }

  conventional(): void {
    this.#mode.setWord(AX, CONVENTIONAL_KIB);
  }

  call(): void {
    const mode = this.#mode;
    const above = this.#memory / 1024 - 1024;
    const command = mode.word(AX);
    if (command === 0xe820 && mode.long(DX) === SMAP) mode.setCarry(!this.#memoryRange());
    else if (command === 0xe801) {
      const high = Math.max(0, (this.#memory - 16 * MEBIBYTE) >> 16);
      for (const [low, rest] of [[AX, BX] as const, [CX, DX] as const]) {
        mode.setWord(low, Math.min(0x3c00, above));
        mode.setWord(rest, high);
      }
      mode.setCarry(false);
    } else if (command >> 8 === 0x88) {
      mode.setWord(AX, Math.min(0xffff, above));
      mode.setCarry(false);
    } else if (command >> 8 === 0x24) this.#a20(command & 0xff);
    else {
      mode.setHigh(AX, 0x86);
      mode.setCarry(true);
    }
  }

  time(): void {
    const mode = this.#mode;
    const now = new Date();
    const command = mode.high(AX);
    if (command === 0) {
      mode.setWord(CX, mode.read16(0x46e));
      mode.setWord(DX, mode.read16(0x46c));
      mode.setLow(AX, 0);
    } else if (command === 2) {
      mode.setWord(CX, (bcd(now.getUTCHours()) << 8) | bcd(now.getUTCMinutes()));
      mode.setWord(DX, bcd(now.getUTCSeconds()) << 8);
      mode.setCarry(false);
    } else if (command === 4) {
      mode.setWord(CX, (bcd(Math.floor(now.getUTCFullYear() / 100)) << 8) | bcd(now.getUTCFullYear() % 100));
      mode.setWord(DX, (bcd(now.getUTCMonth() + 1) << 8) | bcd(now.getUTCDate()));
      mode.setCarry(false);
    } else mode.setCarry(true);
  }

  #memoryRange(): boolean {
    const mode = this.#mode;
    const map = memoryMap(this.#memory);
    const index = mode.long(BX);
    const range = map[index];
    if (range === undefined) return false;
    const [start, length, kind] = range;
    const at = mode.address(ES, mode.word(DI));
    for (const [offset, value] of [start, 0, length, 0, kind].entries()) mode.write32(at + offset * 4, value);
    mode.setLong(AX, SMAP);
    mode.setLong(CX, 20);
    mode.setLong(BX, index + 1 === map.length ? 0 : index + 1);
    return true;
  }

  /** The A20 line is always on. */
  #a20(command: number): void {
    const mode = this.#mode;
    mode.setHigh(AX, 0);
    if (command === 2) mode.setLow(AX, 1);
    if (command === 3) mode.setWord(BX, 3);
    mode.setCarry(false);
  }
}

function bcd(value: number): number {
  return (Math.floor(value / 10) << 4) | (value % 10);
}
