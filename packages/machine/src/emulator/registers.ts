import type { V86Cpu } from './internals.js';

export interface SegmentRegister {
  readonly name: string;
  readonly selector: number;
  readonly base: number;
  readonly limit: number;
  readonly access: number;
}

/** The processor's registers, unsigned. */
export interface Registers {
  /** EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI. */
  readonly general: readonly number[];
  readonly eip: number;
  readonly eflags: number;
  readonly cpl: number;
  readonly halted: boolean;
  /** ES, CS, SS, DS, FS, GS, TR, LDT. */
  readonly segments: readonly SegmentRegister[];
  readonly gdt: { readonly base: number; readonly limit: number };
  readonly idt: { readonly base: number; readonly limit: number };
  /** CR0 to CR4. */
  readonly control: readonly number[];
  /** DR0 to DR7. */
  readonly debug: readonly number[];
  readonly fpuControl: number;
  readonly fpuStatus: number;
  readonly mxcsr: number;
  /** Eight registers of four 32-bit words, the lowest first. */
  readonly xmm: readonly number[];
}

const SEGMENTS = ['ES', 'CS', 'SS', 'DS', 'FS', 'GS', 'TR', 'LDT'];

/** Reads all registers. Most telling while the machine is stopped. */
export function readRegisters(cpu: V86Cpu): Registers {
  const unsigned = (values: ArrayLike<number>, count: number) =>
    Array.from({ length: count }, (_, index) => (values[index] ?? 0) >>> 0);
  return {
    general: unsigned(cpu.reg32, 8),
    eip: cpu.get_real_eip() >>> 0,
    eflags: cpu.get_eflags() >>> 0,
    cpl: cpu.cpl[0] ?? 0,
    halted: cpu.in_hlt[0] === 1,
    segments: SEGMENTS.map((name, index) => ({
      name,
      selector: cpu.sreg[index] ?? 0,
      base: (cpu.segment_offsets[index] ?? 0) >>> 0,
      limit: (cpu.segment_limits[index] ?? 0) >>> 0,
      access: cpu.segment_access_bytes[index] ?? 0,
    })),
    gdt: { base: (cpu.gdtr_offset[0] ?? 0) >>> 0, limit: cpu.gdtr_size[0] ?? 0 },
    idt: { base: (cpu.idtr_offset[0] ?? 0) >>> 0, limit: cpu.idtr_size[0] ?? 0 },
    control: unsigned(cpu.cr, 5),
    debug: unsigned(cpu.dreg, 8),
    fpuControl: cpu.fpu_control_word[0] ?? 0,
    fpuStatus: cpu.fpu_status_word[0] ?? 0,
    mxcsr: (cpu.mxcsr[0] ?? 0) >>> 0,
    xmm: unsigned(cpu.reg_xmm32s, 32),
  };
}
