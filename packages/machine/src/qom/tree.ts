import type { JsonValue } from 'qmp/json';
import type { Host } from '../commands/host.js';
import { MachineError } from '../machine/errors.js';
import { CPU_PATH, PROCESSOR } from '../machine/model.js';
import type { UserProperty } from './objects.js';

/** A property: its type in QEMU's words, and how to read it. */
export interface QomProperty {
  readonly type: string;
  readonly get: () => JsonValue | Promise<JsonValue>;
}

/** An object of the tree. */
export interface QomObject {
  readonly type: string;
  readonly properties: ReadonlyMap<string, QomProperty>;
}

const PCI_TYPES: Readonly<Record<string, string>> = {
  '8086:1237': 'i440FX',
  '8086:7000': 'PIIX3',
  '8086:7010': 'piix3-ide',
  '8086:7113': 'PIIX4_PM',
  '1234:1111': 'VGA',
  '10ec:8029': 'ne2k_pci',
  '1af4:1045': 'virtio-balloon-pci',
  '1af4:1002': 'virtio-balloon-pci',
};

/** The objects of the machine by their paths, with the machine's real values. */
export async function buildTree(host: Host): Promise<ReadonlyMap<string, QomObject>> {
  const tree = new Map<string, QomObject>();
  const addTyped = (path: string, type: string, typed: Readonly<Record<string, UserProperty>>) => {
    const properties = new Map<string, QomProperty>([['type', { type: 'string', get: () => type }]]);
    for (const [name, [kind, value]] of Object.entries(typed)) properties.set(name, { type: kind, get: () => value });
    tree.set(path, { type, properties });
  };
  const add = (path: string, type: string, values: Readonly<Record<string, JsonValue>> = {}) => {
    const typed = Object.entries(values).map(([name, value]): [string, UserProperty] => [name, [kindOf(value), value]]);
    addTyped(path, type, Object.fromEntries(typed));
  };
  add('/', 'container');
  add('/objects', 'container');
  for (const [id, { type, properties }] of host.objects) addTyped(`/objects/${id}`, type, properties);
  add('/chardevs', 'container');
  for (const { id, spec } of host.chardevs) add(`/chardevs/${id}`, `chardev-${spec.backend}`);
  add('/machine', 'pc-v86-machine', { 'memory-size': host.machine.memory, firmware: 'qmp-pc.bin' });
  add('/machine/peripheral', 'container');
  add('/machine/peripheral-anon', 'container');
  add('/machine/unattached', 'container');
  add('/machine/rtc', 'mc146818rtc', { realized: true, 'base-year': 0 });
  add(CPU_PATH, PROCESSOR.type, {
    realized: true,
    'core-id': 0,
    'thread-id': 0,
    'socket-id': 0,
    vendor: 'GenuineIntel',
    family: 6,
    model: 7,
  });
  const pci = await host.machine.emulator.pci();
  for (const [index, device] of pci.entries()) {
    const id = `${hex(device.vendor)}:${hex(device.device)}`;
    add(`/machine/unattached/device[${1 + index}]`, PCI_TYPES[id] ?? 'pci-device', {
      realized: true,
      addr: `${device.slot.toString(16).padStart(2, '0')}.${device.function}`,
    });
  }
  for (const { path, slot, id, node } of host.block.devices)
    add(path, slot === 'cdrom' ? 'ide-cd' : slot.startsWith('f') ? 'floppy' : 'ide-hd', {
      realized: true,
      drive: node?.name ?? '',
      id,
    });
  linkChildren(tree);
  return tree;
}

function kindOf(value: JsonValue): string {
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' ? 'int' : 'string';
}

/** Gives every object a property for each object right below it. */
function linkChildren(tree: Map<string, QomObject>): void {
  for (const [path, object] of tree) {
    if (path === '/') continue;
    const slash = path.lastIndexOf('/');
    const parent = tree.get(slash === 0 ? '/' : path.slice(0, slash));
    const properties = new Map(parent?.properties);
    properties.set(path.slice(slash + 1), { type: `child<${object.type}>`, get: () => path });
    if (parent !== undefined) tree.set(slash === 0 ? '/' : path.slice(0, slash), { type: parent.type, properties });
  }
}

/**
 * Finds an object by its path, absolute or a part that only one path ends with.
 *
 * @throws {MachineError} when there is none, or several.
 */
export function findObject(tree: ReadonlyMap<string, QomObject>, path: string): QomObject {
  const exact = tree.get(path === '/' ? path : path.replace(/\/+$/, ''));
  if (exact !== undefined) return exact;
  const matches = path.startsWith('/') ? [] : [...tree.keys()].filter((candidate) => candidate.endsWith(`/${path}`));
  if (matches.length > 1) throw new MachineError(`Path '${path}' is ambiguous`);
  const found = tree.get(matches[0] ?? '');
  if (found === undefined) throw new MachineError(`Device '${path}' not found`, 'DeviceNotFound');
  return found;
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}
