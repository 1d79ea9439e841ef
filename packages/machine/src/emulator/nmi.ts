import type { V86Cpu } from './internals.js';

const INTERRUPT_FLAG = 0x200;
const NMI_VECTOR = 2;

/** Layout of v86's interrupt controller: mask, vector base, in service, requested, and the elcr at the end. */
const PIC = { size: 13, mask: 0, base: 1, inService: 2, requested: 3, elcr: 12 };

/**
 * Delivers a non-maskable interrupt. v86 has none, so it is delivered as an interrupt with vector 2, which needs
 * interrupts to be enabled.
 *
 * @returns whether it was delivered.
 */
export function injectNmi(cpu: V86Cpu): boolean {
  if (!(cpu.get_eflags() & INTERRUPT_FLAG)) return false;
  const pic = new Uint8Array(cpu.wasm_memory.buffer, cpu.get_pic_addr_master(), PIC.size);
  const saved = pic.slice();
  pic[PIC.mask] = 1;
  pic[PIC.base] = NMI_VECTOR;
  pic[PIC.inService] = 0;
  pic[PIC.requested] = 1;
  pic[PIC.elcr] = 0;
  cpu.handle_irqs();
  pic.set(saved);
  return true;
}
