import type { JsonObject, JsonValue } from 'qmp/json';
import { serveSerialPort } from '../chardevs/serial-backend.js';
import { MachineError } from '../machine/errors.js';
import type { PortConfig, PortDevice } from '../machine/virtio-ports.js';
import { isA, propertiesOf, QOM_TYPES } from '../qom/types.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

/** Devices that come and go. */
export function deviceCommands(host: Host): SomeHandlers<'device_add' | 'device_del'> {
  return {
    device_add: async (args) => {
      await addDevice(host, args as JsonObject, true);
    },
    device_del: ({ id }) => removeDevice(host, id),
  };
}

/**
 * Adds a device to a machine that is there already. Only ports of the virtio serial device can come so.
 *
 * @throws {MachineError} in QEMU's words when it cannot be added.
 */
export async function addDevice(host: Host, options: JsonObject, hotplugged: boolean): Promise<void> {
  const { driver, bus, id, ...properties } = options;
  if (driver === undefined) throw new MachineError("Parameter 'driver' is missing");
  const type = String(driver);
  checkModel(type);
  checkId(host, id);
  const { ports } = host.machine;
  if (!isA(type, 'virtio-serial-port')) throw new MachineError(refusal(type, bus));
  if (bus !== undefined && (bus !== ports.bus || ports.config === undefined))
    throw new MachineError(`Bus '${String(bus)}' not found`);
  const config = portConfig(type, typeof id === 'string' ? id : undefined, properties);
  const chardev = config.chardev === undefined ? undefined : host.chardevs.get(config.chardev);
  if (config.chardev !== undefined && chardev === undefined)
    throw new MachineError(`Property '${type}.chardev' can't find value '${config.chardev}'`);
  if (chardev?.user !== undefined)
    throw new MachineError(`Property '${type}.chardev' can't take value '${config.chardev}', it's in use`);
  const port = await ports.add(config, hotplugged);
  if (chardev === undefined) return;
  const clients = chardev.use('port');
  host.portClients.set(port.nr, clients);
  serveSerialPort(port.serial, clients).catch(() => {});
}

function checkModel(type: string): void {
  const known = QOM_TYPES.get(type);
  if (known === undefined || !isA(type, 'device')) throw new MachineError(`'${type}' is not a valid device model name`);
  if (known.abstract) throw new MachineError("Parameter 'driver' expects a non-abstract device type");
}

function checkId(host: Host, id: JsonValue | undefined): void {
  if (id === undefined) return;
  if (typeof id !== 'string') throw new MachineError("Invalid parameter type for 'id', expected: string");
  if (!/^[A-Za-z][-._A-Za-z0-9]*$/.test(id)) throw new MachineError("Parameter 'id' expects an identifier");
  if (idsOf(host).includes(id)) throw new MachineError(`Duplicate device ID '${id}'`);
}

/** Names of the devices that have one, but for drives. */
function idsOf({ machine: { network, ports } }: Host): string[] {
  const card = network.config?.named ? [network.config.id] : [];
  const serial = ports.config?.id === undefined ? [] : [ports.config.id];
  return [...card, ...serial, ...[...ports].flatMap(({ id }) => (id === undefined ? [] : [id]))];
}

/** Why a device that this machine knows cannot come while it runs. */
function refusal(type: string, bus: JsonValue | undefined): string {
  if (bus !== undefined && !['pci.0', 'isa.0', 'ide.0', 'ide.1'].includes(String(bus))) return `Bus '${bus}' not found`;
  if (isA(type, 'pci-device')) return "Bus 'pci.0' does not support hotplugging";
  if (isA(type, 'isa-device')) return "Bus 'isa.0' does not support hotplugging";
  if (isA(type, 'ide-device')) return "Bus 'ide.0' does not support hotplugging";
  return `Device '${type}' can not be hotplugged on this machine`;
}

function portConfig(type: string, id: string | undefined, properties: JsonObject): PortConfig {
  const known = propertiesOf(type).map(({ name }) => name);
  for (const name of Object.keys(properties))
    if (!known.includes(name)) throw new MachineError(`Property '${type}.${name}' not found`);
  const text = (name: string) => {
    const value = properties[name];
    if (value !== undefined && typeof value !== 'string')
      throw new MachineError(`Invalid parameter type for '${name}', expected: string`);
    return value;
  };
  const name = text('name');
  const chardev = text('chardev');
  const { nr } = properties;
  if (nr !== undefined && !/^\d+$/.test(String(nr)))
    throw new MachineError("Invalid parameter type for 'nr', expected: integer");
  return {
    driver: type === 'virtconsole' ? 'virtconsole' : 'virtserialport',
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(chardev === undefined ? {} : { chardev }),
    ...(nr === undefined ? {} : { nr: Number(nr) }),
  };
}

/**
 * Takes a device away, and tells so.
 *
 * @throws {MachineError} when there is no such device, or it cannot go while the machine runs.
 */
export async function removeDevice(host: Host, name: string): Promise<void> {
  const { machine } = host;
  const id = name.startsWith('/machine/peripheral/') ? name.slice('/machine/peripheral/'.length) : name;
  const port: PortDevice | undefined = machine.ports.find(id);
  if (port === undefined && idsOf(host).includes(id))
    throw new MachineError("Bus 'pci.0' does not support hotplugging");
  if (port === undefined) throw new MachineError(`Device '${name}' not found`, 'DeviceNotFound');
  await machine.ports.remove(port);
  const clients = host.portClients.get(port.nr);
  host.portClients.delete(port.nr);
  await clients?.close();
  port.serial.connect(undefined);
  machine.emit('DEVICE_DELETED', { device: id, path: port.path });
}
