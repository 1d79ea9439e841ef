import { nearest, parseOptionList } from 'qmp/chardev';
import {
  type HostForward,
  NIC_MODELS,
  type NicConfig,
  type NicModel,
  type UserNetConfig,
} from '../emulator/network/config.js';
import { defaultNic } from '../machine/network.js';
import { CommandLineError } from './arguments.js';

/** What the options about the network ask for. */
export interface NetworkOptions {
  readonly netdevs: Map<string, UserNetConfig>;
  /** The card, and the network it names. */
  card: { readonly nic: NicConfig; readonly netdev: string | undefined } | undefined;
  /** `-nic none`. */
  none: boolean;
}

export function noNetworkOptions(): NetworkOptions {
  return { netdevs: new Map(), card: undefined, none: false };
}

/**
 * The card of the machine: what was asked for, or the default one.
 *
 * @throws {CommandLineError} when a card names a network that there is not, or a network has no card.
 */
export function resolveNetwork({ netdevs, card, none }: NetworkOptions): NicConfig | null {
  const used = card?.netdev;
  const peer = used === undefined ? undefined : netdevs.get(used);
  if (card !== undefined && used !== undefined && peer === undefined)
    throw new CommandLineError(
      `-device ${card.nic.model},netdev=${used}: Property '${card.nic.model}.netdev' can't find value '${used}'`,
    );
  for (const id of netdevs.keys())
    if (id !== used)
      throw new CommandLineError(`netdev ${id} has no peer`, `Connect it: -device ne2k_pci,netdev=${id}.`);
  if (card === undefined) return none ? null : defaultNic();
  return peer === undefined ? card.nic : { ...card.nic, peer };
}

/** Reads the argument of `-netdev`: `user,id=ID[,net=ADDR][,host=ADDR][,dhcpstart=ADDR][,restrict=on|off][,hostfwd=RULE]`. */
export function readNetdev(value: string, options: NetworkOptions): void {
  const id = parseOptionList(value, 'type').get('id');
  if (id === undefined) throw new CommandLineError("Parameter 'id' is missing", `Write -netdev ${value},id=NAME.`);
  if (!/^[A-Za-z][-._A-Za-z0-9]*$/.test(id)) throw new CommandLineError("Parameter 'id' expects an identifier");
  if (options.netdevs.has(id)) throw new CommandLineError(`Duplicate ID '${id}' for netdev`);
  options.netdevs.set(id, readUser(value, id, []));
}

/** Reads the argument of `-nic`: `none`, or `user[,model=MODEL][,mac=MAC][,id=ID]` with the options of `-netdev user`. */
export function readNic(value: string, options: NetworkOptions): void {
  const list = parseOptionList(value, 'type');
  if (list.get('type') === 'none') {
    options.none = true;
    return;
  }
  const model = modelNamed(list.get('model') ?? 'ne2k_pci');
  if (model === undefined) throw unknownModel(list.get('model') ?? '');
  const nic = {
    ...cardOf(model, list.get('mac'), undefined),
    peer: readUser(value, list.get('id') ?? '#net100', ['model', 'mac']),
  };
  setCard(options, nic, undefined);
}

/** Reads a `-device` that is a network card: `MODEL[,netdev=ID][,mac=MAC][,id=ID]`. */
export function readNicDevice(value: string, options: NetworkOptions): void {
  const list = parseOptionList(value, 'driver');
  const driver = list.get('driver') ?? '';
  const model = modelNamed(driver);
  if (model === undefined)
    throw new CommandLineError(
      `'${driver}' is not a valid device model name`,
      `Network cards can be plugged: ${NIC_MODELS.join(', ')}.`,
    );
  for (const name of list.keys())
    if (!['driver', 'netdev', 'mac', 'id'].includes(name))
      throw new CommandLineError(`Property '${model}.${name}' not found`);
  setCard(options, cardOf(model, list.get('mac'), list.get('id')), list.get('netdev'));
}

/** The model that a name of QEMU's means here. */
export function modelNamed(name: string): NicModel | undefined {
  const aliases: Readonly<Record<string, NicModel>> = { virtio: 'virtio-net-pci', 'virtio-net': 'virtio-net-pci' };
  return NIC_MODELS.find((model) => model === name) ?? aliases[name];
}

function unknownModel(name: string): CommandLineError {
  const near = nearest(name, NIC_MODELS);
  const hint = near === undefined ? `There is ${NIC_MODELS.join(' and ')}.` : `Did you mean ${near}?`;
  return new CommandLineError(`Unsupported NIC model: ${name}`, hint);
}

function setCard(options: NetworkOptions, nic: NicConfig, netdev: string | undefined): void {
  if (options.card !== undefined) throw new CommandLineError('too many network cards', 'There can be one.');
  options.card = { nic, netdev };
}

function cardOf(model: NicModel, mac: string | undefined, id: string | undefined): NicConfig {
  if (mac !== undefined && !/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac))
    throw new CommandLineError(
      `Property '${model}.mac' doesn't take value '${mac}'`,
      'Write six bytes: 52:54:00:12:34:56.',
    );
  return { id: id ?? `${model}.0`, named: id !== undefined, model, mac: (mac ?? defaultNic().mac).toLowerCase() };
}

const USER_OPTIONS = ['type', 'id', 'net', 'host', 'dhcpstart', 'restrict', 'hostfwd'];

function readUser(value: string, id: string, more: readonly string[]): UserNetConfig {
  const list = parseOptionList(value, 'type');
  const type = list.get('type') ?? '';
  if (type !== 'user')
    throw new CommandLineError(`Parameter 'type' does not accept value '${type}'`, 'There is only the network user.');
  for (const name of list.keys())
    if (![...USER_OPTIONS, ...more].includes(name))
      throw new CommandLineError(`Invalid parameter '${name}'`, `A network takes ${USER_OPTIONS.slice(1).join(', ')}.`);
  const network = (list.get('net') ?? '10.0.2.0/24').replace(/\/24$/, '');
  const inside = network.replace(/\.0$/, '');
  if (!isAddress(network) || !network.endsWith('.0'))
    throw new CommandLineError(`Parameter 'net' expects a network of 256 addresses`, 'Write net=10.0.2.0/24.');
  const within = (name: string, last: number) => {
    const address = list.get(name) ?? `${inside}.${last}`;
    if (!isAddress(address) || !address.startsWith(`${inside}.`))
      throw new CommandLineError(`Parameter '${name}' expects an address in ${network}/24`);
    return address;
  };
  const restrict = list.get('restrict') ?? 'on';
  if (restrict !== 'on' && restrict !== 'off') throw new CommandLineError("Parameter 'restrict' expects 'on' or 'off'");
  const forwards = [...value.matchAll(/(?:^|,)hostfwd=([^,]*)/g)].map(([, rule = '']) => readForward(rule));
  return {
    id,
    network,
    host: within('host', 2),
    guest: within('dhcpstart', 15),
    restrict: restrict === 'on',
    hostForwards: forwards,
  };
}

/** A rule such as `tcp::5555-:22`. */
function readForward(rule: string): HostForward {
  const match = /^(?:tcp)?:([^:]*):(\d+)-[^:]*:(\d+)$/.exec(rule);
  const [, address = '', port = '', guestPort = ''] = match ?? [];
  const valid = match !== null && Number(port) < 65536 && Number(guestPort) > 0 && Number(guestPort) < 65536;
  if (!valid || (address !== '' && !isAddress(address)))
    throw new CommandLineError(`Invalid host forwarding rule '${rule}'`, 'Write hostfwd=tcp:ADDRESS:PORT-:GUESTPORT.');
  return { address: address === '' ? '0.0.0.0' : address, port: Number(port), guestPort: Number(guestPort) };
}

function isAddress(text: string): boolean {
  return /^\d+(\.\d+){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256);
}
