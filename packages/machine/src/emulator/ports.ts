import type { V86Cpu } from './internals.js';

/** Bytes of an access to an I/O port. */
export type PortSize = 1 | 2 | 4;

/** Reads an I/O port as the processor does, with everything that does to the device. */
export function readPort({ io }: V86Cpu, port: number, size: PortSize): number {
  const value = size === 1 ? io.port_read8(port) : size === 2 ? io.port_read16(port) : io.port_read32(port);
  return value >>> 0;
}

/** Writes an I/O port as the processor does. */
export function writePort({ io }: V86Cpu, port: number, size: PortSize, value: number): void {
  if (size === 1) io.port_write8(port, value & 0xff);
  else if (size === 2) io.port_write16(port, value & 0xffff);
  else io.port_write32(port, value | 0);
}
