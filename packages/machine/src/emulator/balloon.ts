import type { V86Cpu } from './internals.js';

const PAGE = 4096;

/** Bytes of memory that the balloon leaves to the guest; undefined when there is no balloon. */
export function balloonSize(cpu: V86Cpu): number | undefined {
  const balloon = cpu.devices.virtio_balloon;
  if (balloon === undefined) return undefined;
  return ramOf(cpu) - balloon.actual * PAGE;
}

/** Asks the guest's driver to give memory back, or to take it again, until it has `bytes`. */
export function setBalloon(cpu: V86Cpu, bytes: number): void {
  const balloon = cpu.devices.virtio_balloon;
  if (balloon === undefined) return;
  const pages = Math.floor((ramOf(cpu) - bytes) / PAGE) - balloon.num_pages;
  if (pages > 0) balloon.Inflate(pages);
  else if (pages < 0) balloon.Deflate(-pages);
}

/**
 * Tells when the guest's driver gives pages or takes some back.
 *
 * @param tell gets the bytes that the guest has now.
 */
export function watchBalloon(cpu: V86Cpu, tell: (bytes: number) => void): void {
  const balloon = cpu.devices.virtio_balloon;
  if (balloon === undefined) return;
  let pages = balloon.actual;
  Object.defineProperty(balloon, 'actual', {
    enumerable: true,
    get: () => pages,
    set: (value: number) => {
      const changed = value !== pages;
      pages = value;
      if (changed) tell(ramOf(cpu) - pages * PAGE);
    },
  });
}

function ramOf(cpu: V86Cpu): number {
  return cpu.memory_size[0] ?? 0;
}

/** v86's names for what a guest's driver tells, in the order of the driver's numbers. */
const STATS = 'SWAP_IN SWAP_OUT MAJFLT MINFLT MEMFREE MEMTOT AVAIL CACHES HTLB_PGALLOC HTLB_PGFAIL'.split(' ');
const STATS_QUEUE = 2;
/** How long a guest may take to answer, in milliseconds. */
const PATIENCE = 2000;

/** Asks the guest's driver for what it knows of its memory; undefined when it does not answer. */
export function balloonStats(cpu: V86Cpu): Promise<readonly number[] | undefined> {
  const balloon = cpu.devices.virtio_balloon;
  if (!balloon?.virtio.queues[STATS_QUEUE]?.is_configured()) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE);
    balloon.GetStats((stats) => {
      clearTimeout(timer);
      resolve(STATS.map((name) => stats[name] ?? -1));
    });
  });
}
