import type { V86Cpu } from './internals.js';

export interface PciRegion {
  readonly bar: number;
  readonly type: 'io' | 'memory';
  readonly address: number;
  readonly size: number;
  readonly prefetch: boolean;
}

/** One function on the PCI bus, as its configuration space tells it. */
export interface PciFunction {
  readonly slot: number;
  readonly function: number;
  readonly vendor: number;
  readonly device: number;
  readonly class: number;
  readonly subsystemVendor: number;
  readonly subsystem: number;
  /** 0 for none. */
  readonly pin: number;
  readonly irq: number;
  readonly regions: readonly PciRegion[];
}

/** Looks through the PCI bus. */
export function readPci(cpu: V86Cpu): PciFunction[] {
  const found: PciFunction[] = [];
  for (const [bdf, device] of cpu.devices.pci.devices.entries()) {
    const space = cpu.devices.pci.device_spaces[bdf];
    if (device === undefined || space === undefined) continue;
    const dword = (index: number) => (space[index] ?? 0) >>> 0;
    found.push({
      slot: bdf >> 3,
      function: bdf & 7,
      vendor: dword(0) & 0xffff,
      device: dword(0) >>> 16,
      class: dword(2) >>> 16,
      subsystemVendor: dword(11) & 0xffff,
      subsystem: dword(11) >>> 16,
      irq: dword(15) & 0xff,
      pin: (dword(15) >>> 8) & 0xff,
      regions: device.pci_bars.flatMap((bar, index): PciRegion[] => {
        if (bar === undefined) return [];
        const value = dword(4 + index);
        const io = (value & 1) === 1;
        const address = (value & (io ? ~3 : ~15)) >>> 0;
        return [
          { bar: index, type: io ? 'io' : 'memory', address, size: bar.size, prefetch: !io && (value & 8) !== 0 },
        ];
      }),
    });
  }
  return found;
}
