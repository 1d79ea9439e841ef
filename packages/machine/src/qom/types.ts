import type { JsonValue } from 'qmp/json';
import { MACHINE, PROCESSOR } from '../machine/model.js';

/** A property that objects of a type have. */
export interface PropertyDefinition {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly default?: JsonValue;
}

/** A type of objects. */
export interface QomType {
  readonly name: string;
  /** Absent for `object`, which is above all others. */
  readonly parent?: string;
  readonly abstract: boolean;
  /** What it has beyond its parent. */
  readonly properties: readonly PropertyDefinition[];
}

/** The type of this machine. */
export const MACHINE_TYPE = `${MACHINE.name}-machine`;

/**
 * Types, a line each: a name, `:` its parent, `*` when it is abstract, and its own properties as `name:type`. The names
 * and the places in the hierarchy are QEMU's.
 */
const LINES = `
object *
container : object
device : object * realized:bool hotplugged:bool hotpluggable:bool parent_bus:link<bus>
bus : object *
PCI : bus
virtio-serial-bus : bus
machine : object * kernel:string initrd:string append:string firmware:string graphics:bool usb:bool memory-backend:link<memory-backend> memory:MemorySizeConfiguration smp:SMPConfiguration boot:BootConfiguration
x86-machine : machine * acpi:OnOffAuto
generic-pc-machine : x86-machine * hpet:bool rtc-time:struct_tm
${MACHINE_TYPE} : generic-pc-machine
cpu : device *
i386-cpu : cpu * family:int model:int vendor:string core-id:int32 thread-id:int32 socket-id:int32
${PROCESSOR.type} : i386-cpu
memory-backend : object * size:int merge:bool dump:bool prealloc:bool share:bool reserve:bool policy:HostMemPolicy
memory-backend-ram : memory-backend
pcihost : device *
i440FX-pcihost : pcihost
pci-device : device * addr:int32
i440FX : pci-device
PIIX3 : pci-device
pci-ide : pci-device *
piix3-ide : pci-ide
PIIX4_PM : pci-device
pci-vga : pci-device *
VGA : pci-vga
ne2k_pci : pci-device mac:str netdev:str
virtio-pci : pci-device *
virtio-net-pci : virtio-pci mac:str netdev:str
virtio-balloon-pci : virtio-pci guest-stats:guest_statistics guest-stats-polling-interval:int
virtio-serial-pci : virtio-pci max_ports:uint32
isa-device : device *
mc146818rtc : isa-device base_year:int32 date:struct_tm
isa-serial : isa-device chardev:str index:uint32 iobase:uint32 irq:uint32
isa-debug-exit : isa-device iosize:uint32=2 iobase:uint32=1281
pvpanic : isa-device ioport:uint16=1285
ib700 : isa-device
ide-device : device * drive:str
ide-hd : ide-device
ide-cd : ide-device
floppy : device drive:str
virtio-serial-port : device * nr:uint32=4294967295 name:str chardev:str
virtserialport : virtio-serial-port
virtconsole : virtserialport
chardev : object * connected:bool
chardev-socket : chardev
chardev-file : chardev
chardev-pipe : chardev
chardev-pty : chardev
chardev-null : chardev
chardev-stdio : chardev
chardev-ringbuf : chardev
chardev-serial : chardev
secret_common : object * format:QCryptoSecretFormat keyid:string iv:string loaded:bool
secret : secret_common data:string file:string
monitor-qmp : object chardev:str pretty:bool
tls-creds : object * dir:string endpoint:QCryptoTLSCredsEndpoint verify-peer:bool
tls-creds-x509 : tls-creds
tls-creds-psk : tls-creds username:string
`;

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  mac: 'Six bytes in hexadecimal between colons, such as 52:54:00:12:34:56',
  netdev: 'The network that the card is connected to',
  chardev: 'The character device at the other end',
  addr: 'Slot and function, such as 06.0',
  kernel: 'Linux kernel image',
  initrd: 'Initial RAM disk of the kernel',
  append: 'Command line of the kernel',
  firmware: 'Firmware image',
};

/** Every type by its name. */
export const QOM_TYPES: ReadonlyMap<string, QomType> = new Map(
  LINES.trim()
    .split('\n')
    .map(readType)
    .map((type) => [type.name, type]),
);

function readType(line: string): QomType {
  const [name = '', ...words] = line.split(' ');
  const colon = words.indexOf(':');
  const parent = colon < 0 ? undefined : words[colon + 1];
  return {
    name,
    ...(parent === undefined ? {} : { parent }),
    abstract: words.includes('*'),
    properties: words.slice(colon < 0 ? 0 : colon + 2).flatMap((word) => (word === '*' ? [] : [readProperty(word)])),
  };
}

function readProperty(word: string): PropertyDefinition {
  const [, name = '', type = '', value] = /^([^:]+):([^=]+)(?:=(.*))?$/.exec(word) ?? [];
  const description = DESCRIPTIONS[name];
  return {
    name,
    type: type.replace('_tm', ' tm').replace('guest_', 'guest '),
    ...(description === undefined ? {} : { description }),
    ...(value === undefined ? {} : { default: Number(value) }),
  };
}

/** The type, its parent, and so on up to `object`. */
export function ancestry(name: string): QomType[] {
  const found: QomType[] = [];
  for (let type = QOM_TYPES.get(name); type !== undefined; type = QOM_TYPES.get(type.parent ?? '')) found.push(type);
  return found;
}

/** All properties that objects of a type have, those of its parents last. */
export function propertiesOf(name: string): PropertyDefinition[] {
  return ancestry(name).flatMap(({ properties }) => properties);
}

export function isA(name: string, wanted: string): boolean {
  return ancestry(name).some((type) => type.name === wanted);
}
