import type { PciFunction } from '../emulator/pci.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

const CLASSES: Readonly<Record<number, string>> = {
  257: 'IDE controller',
  512: 'Ethernet controller',
  768: 'VGA controller',
  1280: 'RAM controller',
  1536: 'Host bridge',
  1537: 'ISA bridge',
  1664: 'Bridge',
};

/** The class of a PCI function in words, as QEMU has them. */
export function pciClassName(code: number): string | undefined {
  return CLASSES[code];
}

/** The PCI bus. */
export function pciCommands({ machine }: Host): SomeHandlers<'query-pci'> {
  return { 'query-pci': async () => [{ bus: 0, devices: (await machine.emulator.pci()).map(describe) }] };
}

function describe(device: PciFunction) {
  const desc = pciClassName(device.class);
  const hasBoard = device.subsystemVendor !== 0;
  return {
    bus: 0,
    slot: device.slot,
    function: device.function,
    class_info: { class: device.class, ...(desc === undefined ? {} : { desc }) },
    id: {
      vendor: device.vendor,
      device: device.device,
      ...(hasBoard ? { 'subsystem-vendor': device.subsystemVendor, subsystem: device.subsystem } : {}),
    },
    irq_pin: device.pin,
    ...(device.pin === 0 ? {} : { irq: device.irq }),
    qdev_id: '',
    regions: device.regions.map(({ bar, type, address, size, prefetch }) => ({
      bar,
      type,
      address,
      size,
      ...(type === 'memory' ? { prefetch, mem_type_64: false } : {}),
    })),
  };
}
