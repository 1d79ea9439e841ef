import type { Registers } from '../emulator/registers.js';

const PAGE = 4096;
const HEADER = 52;
const PROGRAM_HEADER = 32;
const NOTE_NAME = 'CORE';
/** Size of Linux's `elf_prstatus` for i386, and where its registers begin. */
const STATUS = 144;
const STATUS_REGISTERS = 72;

/** EBX, ECX, EDX, ESI, EDI, EBP, EAX as indices of the processor's own order. */
const GENERAL = [3, 1, 2, 6, 7, 5, 0];

/**
 * The beginning of an ELF core file of an i386: header, one note with the registers (NT_PRSTATUS), one segment of
 * memory, whose bytes follow at the next page.
 */
export function coreHeader(registers: Registers, begin: number, length: number): Uint8Array {
  const bytes = new Uint8Array(PAGE);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 4, true); // ET_CORE
  view.setUint16(18, 3, true); // EM_386
  view.setUint32(20, 1, true);
  view.setUint32(28, HEADER, true);
  view.setUint16(40, HEADER, true);
  view.setUint16(42, PROGRAM_HEADER, true);
  view.setUint16(44, 2, true);
  const note = HEADER + 2 * PROGRAM_HEADER;
  const noteSize = 12 + 8 + STATUS;
  writeProgramHeader(view, HEADER, { type: 4, offset: note, address: 0, size: noteSize });
  writeProgramHeader(view, HEADER + PROGRAM_HEADER, { type: 1, offset: PAGE, address: begin, size: length });
  view.setUint32(note, NOTE_NAME.length + 1, true);
  view.setUint32(note + 4, STATUS, true);
  view.setUint32(note + 8, 1, true); // NT_PRSTATUS
  bytes.set(new TextEncoder().encode(NOTE_NAME), note + 12);
  writeRegisters(view, note + 20 + STATUS_REGISTERS, registers);
  return bytes;
}

function writeProgramHeader(
  view: DataView,
  at: number,
  { type, offset, address, size }: { type: number; offset: number; address: number; size: number },
): void {
  view.setUint32(at, type, true);
  view.setUint32(at + 4, offset, true);
  view.setUint32(at + 12, address, true);
  view.setUint32(at + 16, size, true);
  view.setUint32(at + 20, size, true);
}

/** Linux's `user_regs_struct` for i386: general registers, DS ES FS GS, the original EAX, EIP CS EFLAGS ESP SS. */
function writeRegisters(view: DataView, at: number, { general, segments, eip, eflags }: Registers): void {
  const selector = (name: string) => segments.find((segment) => segment.name === name)?.selector ?? 0;
  const values = [
    ...GENERAL.map((index) => general[index] ?? 0),
    ...['DS', 'ES', 'FS', 'GS'].map(selector),
    general[0] ?? 0,
    eip,
    selector('CS'),
    eflags,
    general[4] ?? 0,
    selector('SS'),
  ];
  for (const [index, value] of values.entries()) view.setUint32(at + index * 4, value, true);
}
