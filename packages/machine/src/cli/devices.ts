import { nearest, parseOptionList } from 'qmp/chardev';
import type { DebugExit } from '../emulator/power.js';
import type { VirtioSerialConfig } from '../machine/virtio-ports.js';
import { CommandLineError } from './arguments.js';
import { modelNamed, type NetworkOptions, readNicDevice } from './network.js';

/** What `-device` asks for, besides a network card. */
export interface DeviceOptions {
  virtioSerial: VirtioSerialConfig | undefined;
  debugExit: DebugExit | undefined;
  /** Ports of the virtio serial device, added when the machine is there. */
  readonly ports: { readonly option: string; readonly properties: Readonly<Record<string, string>> }[];
}

export function noDeviceOptions(): DeviceOptions {
  return { virtioSerial: undefined, debugExit: undefined, ports: [] };
}

const MODELS = ['ne2k_pci', 'virtio-net-pci', 'virtio-serial-pci', 'virtserialport', 'virtconsole', 'isa-debug-exit'];

/**
 * Reads the argument of `-device`: a model and its properties.
 *
 * @throws {CommandLineError} for a model that there is not, or that cannot be so.
 */
export function readDevice(value: string, text: string, devices: DeviceOptions, network: NetworkOptions): void {
  const list = parseOptionList(value, 'driver');
  const model = list.get('driver') ?? '';
  if (modelNamed(model) !== undefined) readNicDevice(value, network);
  else if (model === 'virtio-serial-pci' || model === 'virtio-serial') readSerialBus(list, devices);
  else if (model === 'virtserialport' || model === 'virtconsole')
    devices.ports.push({ option: text, properties: Object.fromEntries(list) });
  else if (model === 'isa-debug-exit') devices.debugExit = readDebugExit(list);
  else {
    const near = nearest(model, MODELS);
    throw new CommandLineError(
      `'${model}' is not a valid device model name`,
      near === undefined ? `Models are ${MODELS.join(', ')}.` : `Did you mean ${near}?`,
    );
  }
}

function readSerialBus(list: ReadonlyMap<string, string>, devices: DeviceOptions): void {
  checkNames('virtio-serial-pci', list, ['driver', 'id']);
  if (devices.virtioSerial !== undefined)
    throw new CommandLineError('too many virtio serial devices', 'There can be one.');
  const id = list.get('id');
  devices.virtioSerial = id === undefined ? {} : { id };
}

function readDebugExit(list: ReadonlyMap<string, string>): DebugExit {
  checkNames('isa-debug-exit', list, ['driver', 'id', 'iobase', 'iosize']);
  const number = (name: string, otherwise: number) => {
    const text = list.get(name) ?? String(otherwise);
    if (!/^(0x[0-9a-f]+|\d+)$/i.test(text))
      throw new CommandLineError(`Parameter '${name}' expects uint32`, 'Write a number: 0x501.');
    return Number(text);
  };
  return { port: number('iobase', 0x501), size: number('iosize', 2) };
}

function checkNames(model: string, list: ReadonlyMap<string, string>, known: readonly string[]): void {
  for (const name of list.keys())
    if (!known.includes(name)) throw new CommandLineError(`Property '${model}.${name}' not found`);
}
