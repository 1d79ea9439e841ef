import { buffer, device, double, integer, list, named, word } from './aml.js';
import type { V86Cpu } from './internals.js';

/** Interrupts of the four lines that PCI slots share. */
const LINE_IRQS = [10, 11, 10, 11] as const;
const SLOTS = 32;
const PINS = 4;
const ADDRESS = 0xcf8;
const DATA = 0xcfc;
/** Registers of the ISA bridge, at slot 1, that say which line raises which interrupt. */
const ROUTING = 0x80000860;
const INTERRUPT_LINE = 0x3c;
/** PNP0A03, a PCI host bridge, as ACPI packs such names. */
const HOST_BRIDGE = 0x030ad041;

/** Connects the lines of the PCI bus with interrupts, and tells each device its own, as a BIOS does. */
export function routePciInterrupts(cpu: V86Cpu): void {
  const { io, devices } = cpu;
  const write = (address: number, value: number) => {
    io.port_write32(ADDRESS, address | 0);
    io.port_write32(DATA, value | 0);
  };
  write(ROUTING, LINE_IRQS[0] | (LINE_IRQS[1] << 8) | (LINE_IRQS[2] << 16) | (LINE_IRQS[3] << 24));
  for (const [bdf] of devices.pci.devices.entries()) {
    const space = devices.pci.device_spaces[bdf];
    const pin = ((space?.[INTERRUPT_LINE / 4] ?? 0) >>> 8) & 0xff;
    if (pin === 0) continue;
    io.port_write32(ADDRESS, 0x80000000 | (bdf << 8) | INTERRUPT_LINE | 0);
    io.port_write8(DATA, irqOf(bdf >> 3, pin - 1));
  }
}

/** AML of the PCI host bridge: what of the address space is behind it, and which interrupts its slots raise. */
export function pciHostBridge(): number[] {
  const routes = Array.from({ length: (SLOTS - 1) * PINS }, (_, index) => {
    const slot = 1 + Math.floor(index / PINS);
    const pin = index % PINS;
    return list([integer(slot * 0x10000 + 0xffff), integer(pin), integer(0), integer(irqOf(slot, pin))]);
  });
  return device('PCI0', [
    ...named('_HID', integer(HOST_BRIDGE)),
    ...named('_ADR', integer(0)),
    ...named('_CRS', buffer(resources())),
    ...named('_PRT', list(routes)),
  ]);
}

/** Slots take turns at the lines, so that not all of them share one. */
function irqOf(slot: number, pin: number): number {
  return LINE_IRQS[(slot - 1 + pin) & 3] ?? LINE_IRQS[0];
}

function resources(): number[] {
  return [
    ...wordRange(2, 0, 0, 0xff),
    // The configuration ports themselves are not behind the bridge.
    ...[0x47, 1, ...word(ADDRESS), ...word(ADDRESS), 1, 8],
    ...wordRange(1, 3, 0, ADDRESS - 1),
    ...wordRange(1, 3, 0xd00, 0xffff),
    ...memoryRange(0xa0000, 0xbffff),
    ...memoryRange(0x80000000, 0xfebfffff),
    ...[0x79, 0],
  ];
}

/** A range whose ends are fixed: kind 1 for ports, 2 for bus numbers. */
function wordRange(kind: number, flags: number, first: number, last: number): number[] {
  return [0x88, 13, 0, kind, 0x0c, flags, ...[0, first, last, 0, last - first + 1].flatMap(word)];
}

function memoryRange(first: number, last: number): number[] {
  return [0x87, 23, 0, 0, 0x0c, 1, ...[0, first, last, 0, last - first + 1].flatMap(double)];
}
