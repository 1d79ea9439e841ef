import type { V86Cpu } from '../internals.js';

/** Indices of the general registers, in the processor's order. */
export const AX = 0;
export const CX = 1;
export const DX = 2;
export const BX = 3;
export const SP = 4;
export const BP = 5;
export const SI = 6;
export const DI = 7;
export const ES = 0;
export const SS = 2;
export const DS = 3;

const INT = 0xcd;
const CARRY = 0x0001;
const ZERO = 0x0040;

/** What a BIOS service sees of its caller: registers, memory by segment, and the flags it will return to. */
export class RealMode {
  readonly cpu: V86Cpu;

  constructor(cpu: V86Cpu) {
    this.cpu = cpu;
  }

  word(register: number): number {
    return (this.cpu.reg32[register] ?? 0) & 0xffff;
  }

  low(register: number): number {
    return (this.cpu.reg32[register] ?? 0) & 0xff;
  }

  high(register: number): number {
    return ((this.cpu.reg32[register] ?? 0) >> 8) & 0xff;
  }

  long(register: number): number {
    return (this.cpu.reg32[register] ?? 0) >>> 0;
  }

  setWord(register: number, value: number): void {
    this.cpu.reg32[register] = ((this.cpu.reg32[register] ?? 0) & ~0xffff) | (value & 0xffff);
  }

  setLow(register: number, value: number): void {
    this.cpu.reg32[register] = ((this.cpu.reg32[register] ?? 0) & ~0xff) | (value & 0xff);
  }

  setHigh(register: number, value: number): void {
    this.cpu.reg32[register] = ((this.cpu.reg32[register] ?? 0) & ~0xff00) | ((value & 0xff) << 8);
  }

  setLong(register: number, value: number): void {
    this.cpu.reg32[register] = value | 0;
  }

  /** The linear address of an offset in a segment register's segment. */
  address(segment: number, offset: number): number {
    return (this.cpu.segment_offsets[segment] ?? 0) + (offset & 0xffff);
  }

  setSegment(segment: number, selector: number): void {
    this.cpu.sreg[segment] = selector;
    this.cpu.segment_offsets[segment] = selector << 4;
  }

  read8(address: number): number {
    return this.cpu.read8(address);
  }

  read16(address: number): number {
    return this.cpu.read8(address) | (this.cpu.read8(address + 1) << 8);
  }

  read32(address: number): number {
    return (this.read16(address) | (this.read16(address + 2) << 16)) >>> 0;
  }

  write8(address: number, value: number): void {
    this.cpu.write8(address, value & 0xff);
  }

  write16(address: number, value: number): void {
    this.write8(address, value);
    this.write8(address + 1, value >> 8);
  }

  write32(address: number, value: number): void {
    this.write16(address, value);
    this.write16(address + 2, value >>> 16);
  }

  readBytes(address: number, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, index) => this.cpu.read8(address + index));
  }

  writeBytes(address: number, data: Uint8Array): void {
    this.cpu.write_blob(data, address);
  }

  /**
   * Lets the caller run its INT instruction once more when this service returns.
   *
   * @returns false when it was not called by one.
   */
  repeatInterrupt(): boolean {
    const at = this.address(SS, this.word(SP));
    const returns = this.read16(at);
    const code = (this.read16(at + 2) << 4) + returns - 2;
    if (this.cpu.read8(code) !== INT) return false;
    this.write16(at, returns - 2);
    return true;
  }

  /** Sets or clears the carry flag that the caller will see: its flags lie above the return address. */
  setCarry(on: boolean): void {
    this.#setFlag(CARRY, on);
  }

  setZero(on: boolean): void {
    this.#setFlag(ZERO, on);
  }

  #setFlag(flag: number, on: boolean): void {
    const at = this.address(SS, this.word(SP) + 4);
    const flags = this.read16(at);
    this.write16(at, on ? flags | flag : flags & ~flag);
  }
}
