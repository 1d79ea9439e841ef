import type { V86Cpu } from './internals.js';

const PAGE = 4096;

/** Bytes of memory that the balloon leaves to the guest; undefined when the guest has not driven it. */
export function balloonSize(cpu: V86Cpu): number | undefined {
  const balloon = cpu.devices.virtio_balloon;
  if (balloon === undefined) return undefined;
  return (cpu.memory_size[0] ?? 0) - balloon.actual * PAGE;
}

/** Asks the guest's driver to give memory back, or to take it again, until it has `bytes`. */
export function setBalloon(cpu: V86Cpu, bytes: number): void {
  const balloon = cpu.devices.virtio_balloon;
  if (balloon === undefined) return;
  const pages = Math.floor(((cpu.memory_size[0] ?? 0) - bytes) / PAGE) - balloon.actual;
  if (pages > 0) balloon.Inflate(pages);
  else if (pages < 0) balloon.Deflate(-pages);
}
