import type { Host } from '../commands/host.js';
import type { PciFunction } from '../emulator/pci.js';
import { CPU_PATH, PROCESSOR, RAM_ID } from '../machine/model.js';
import { QomTree, type QomValue } from './tree.js';
import { MACHINE_TYPE } from './types.js';

const BUS = '/machine/i440fx/pci.0';
const NETWORK_CARD = 0x200;

/** Types of what is on the PCI bus, by vendor and device. */
const PCI_TYPES: Readonly<Record<string, string>> = {
  '8086:1237': 'i440FX',
  '8086:7000': 'PIIX3',
  '8086:7010': 'piix3-ide',
  '8086:7113': 'PIIX4_PM',
  '1234:1111': 'VGA',
  '10ec:8029': 'ne2k_pci',
  '1af4:1041': 'virtio-net-pci',
  '1af4:1043': 'virtio-serial-pci',
  '1af4:1045': 'virtio-balloon-pci',
};

/** The objects of the machine by their paths, with the machine's real values. */
export async function buildTree(host: Host): Promise<QomTree> {
  const tree = new QomTree();
  tree.add('/', 'container');
  addObjects(tree, host);
  await addMachine(tree, host);
  for (const [index, device] of (await host.machine.emulator.pci()).entries()) addPci(tree, host, device, 1 + index);
  addSerialPorts(tree, host);
  for (const { path, slot, id, node } of host.block.devices) {
    const type = slot === 'cdrom' ? 'ide-cd' : slot.startsWith('f') ? 'floppy' : 'ide-hd';
    tree.addDevice(path, type, { drive: node?.name ?? '', id });
  }
  return tree;
}

function addObjects(tree: QomTree, host: Host): void {
  tree.add('/objects', 'container');
  tree.add(`/objects/${RAM_ID}`, 'memory-backend-ram', {
    size: host.machine.memory,
    merge: false,
    dump: true,
    prealloc: false,
    share: false,
    reserve: false,
    policy: 'default',
  });
  for (const [id, { type, properties }] of host.objects) {
    const values = Object.entries(properties).map(([name, [, value]]): [string, QomValue] => [name, value]);
    tree.add(`/objects/${id}`, type, Object.fromEntries(values));
  }
  tree.add('/chardevs', 'container');
  for (const { id, spec, connected } of host.chardevs)
    tree.add(`/chardevs/${id}`, `chardev-${spec.backend}`, spec.backend === 'socket' ? { connected } : {});
}

async function addMachine(tree: QomTree, { machine }: Host): Promise<void> {
  const date = { get: async () => fieldsOf(await machine.emulator.clock()) };
  tree.add('/machine', MACHINE_TYPE, {
    'memory-backend': `/objects/${RAM_ID}`,
    memory: { get: () => ({ size: machine.memory, 'max-size': machine.memory, slots: 0 }) },
    smp: { get: () => ({ cpus: 1, sockets: 1, dies: 1, clusters: 1, cores: 1, threads: 1, maxcpus: 1 }) },
    graphics: true,
    usb: false,
    hpet: false,
    acpi: 'on',
    'rtc-time': date,
  });
  for (const name of ['peripheral', 'peripheral-anon', 'unattached']) tree.add(`/machine/${name}`, 'container');
  tree.addDevice('/machine/i440fx', 'i440FX-pcihost');
  tree.add(BUS, 'PCI', { realized: true });
  tree.addDevice('/machine/rtc', 'mc146818rtc', { base_year: 0, date });
  tree.addDevice(CPU_PATH, PROCESSOR.type, {
    'core-id': 0,
    'thread-id': 0,
    'socket-id': 0,
    vendor: PROCESSOR.vendor,
    family: 6,
    model: 7,
  });
}

/** A time as QEMU's `struct tm` has it: months from 0, years since 1900. */
function fieldsOf(milliseconds: number) {
  const date = new Date(milliseconds);
  return {
    tm_year: date.getUTCFullYear() - 1900,
    tm_mon: date.getUTCMonth(),
    tm_mday: date.getUTCDate(),
    tm_hour: date.getUTCHours(),
    tm_min: date.getUTCMinutes(),
    tm_sec: date.getUTCSeconds(),
  };
}

/** A device that nobody asked for by name. */
function unattached(index: number): string {
  return `/machine/unattached/device[${index}]`;
}

function addPci(tree: QomTree, host: Host, device: PciFunction, index: number): void {
  const hex = (value: number) => value.toString(16).padStart(4, '0');
  const type = PCI_TYPES[`${hex(device.vendor)}:${hex(device.device)}`] ?? 'pci-device';
  const { network, ports } = host.machine;
  const { path, values } = (() => {
    if (device.class === NETWORK_CARD && network.config !== undefined)
      return { path: network.path, values: { mac: network.config.mac, netdev: network.config.peer?.id ?? '' } };
    if (type === 'virtio-serial-pci') return { path: ports.path, values: { max_ports: ports.most } };
    if (type === 'virtio-balloon-pci') return { path: unattached(index), values: balloonValues(host) };
    return { path: unattached(index), values: {} };
  })();
  const addr = `${device.slot.toString(16).padStart(2, '0')}.${device.function}`;
  tree.addDevice(path, type, { parent_bus: BUS, addr, ...values });
  if (type !== 'virtio-serial-pci') return;
  const bus = `${path}/${ports.bus}`;
  tree.add(bus, 'virtio-serial-bus', { realized: true });
  for (const port of ports)
    tree.addDevice(
      port.path,
      port.driver,
      { parent_bus: bus, nr: port.nr, name: port.name ?? '', chardev: port.chardev ?? '' },
      port.hotplugged,
    );
}

/** What the guest's balloon driver tells of its memory, and how often it is asked, in seconds. */
function balloonValues({ machine: { balloon } }: Host): Readonly<Record<string, QomValue>> {
  return {
    'guest-stats': { get: () => balloon.latest },
    'guest-stats-polling-interval': {
      get: () => balloon.interval,
      set: (value) => balloon.setInterval(Number(value)),
    },
  };
}

function addSerialPorts(tree: QomTree, { machine }: Host): void {
  const places = [
    { iobase: 0x3f8, irq: 4 },
    { iobase: 0x2f8, irq: 3 },
    { iobase: 0x3e8, irq: 4 },
    { iobase: 0x2e8, irq: 3 },
  ];
  for (const [index] of machine.serialPorts.entries())
    tree.addDevice(`/machine/unattached/serial[${index}]`, 'isa-serial', { index, ...places[index] });
}
