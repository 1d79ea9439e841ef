import {
  type ChardevSpec,
  parseCharDevice,
  parseChardevOption,
  parseMonitorOption,
  parseOptionList,
} from 'qmp/chardev';
import { type CompatPolicy, parseCompat } from 'qmp/monitor';
import { QmpError } from 'qmp/protocol';
import type { ObjectOptions } from '../api/index.js';
import type { BootOrder } from '../emulator/bios/bios.js';
import type { NicConfig } from '../emulator/network/config.js';
import { NO_UUID } from '../host/machine-monitor.js';
import { MachineError } from '../machine/errors.js';
import { type Actions, defaultActions, setAction } from '../machine/run-state.js';
import { CommandLineError, type GivenOption } from './arguments.js';
import { type KernelConfig, readBootOrder } from './boot.js';
import { optionProblem } from './chardev-problems.js';
import { type DeviceOptions, noDeviceOptions, readDevice } from './devices.js';
import { free, type Media, readDrive, readShortDrive } from './drives.js';
import { optionList } from './json-option.js';
import {
  checkAccelerator,
  checkDisplay,
  checkMachineType,
  checkProcessors,
  checkVideoCard,
} from './machine-options.js';
import { parseMemory } from './memory.js';
import { type NetworkOptions, noNetworkOptions, readNetdev, readNic, resolveNetwork } from './network.js';
import { readObject } from './objects.js';

/** A chardev to open, with the option that asked for it. */
export interface ChardevConfig {
  readonly id: string;
  readonly spec: ChardevSpec;
  readonly option: string;
}

export interface MonitorConfig {
  readonly chardev: string;
  readonly mode: 'control' | 'readline';
  readonly pretty: boolean;
  readonly option: string;
}

/** What a command line asks for. */
export interface Config {
  memory: number;
  name: string | undefined;
  uuid: string;
  /** How deprecated and unstable interfaces are treated. */
  compat: CompatPolicy;
  /** Wait for `x-exit-preconfig` before anything else. */
  preconfig: boolean;
  /** Wait for `cont` before the first instruction. */
  paused: boolean;
  actions: Actions;
  /** Where the machine's state comes from: an address, or `defer`. */
  incoming: string | undefined;
  /** A BIOS image from elsewhere. */
  bios: string | undefined;
  /** Folders to look for BIOS images in (`-L`), before those of the system. */
  readonly firmwareFolders: string[];
  kernel: KernelConfig;
  /** Where to boot from, when something is in the drives. */
  bootOrder: BootOrder | undefined;
  /** What is in the drives. */
  media: Media;
  /** Writes to disks are forgotten (`-snapshot`). */
  snapshot: boolean;
  /** The options about the network. */
  readonly network: NetworkOptions;
  readonly devices: DeviceOptions;
  /** The network card, when all options are read; null for none. */
  nic: NicConfig | null;
  /** Serial port and human monitor on this terminal, unless they are elsewhere (`-nographic`). */
  nographic: boolean;
  /** Where to write the number of this process. */
  pidFile: string | undefined;
  /** Objects to make (`-object`). */
  readonly objects: ObjectOptions[];
  readonly chardevs: ChardevConfig[];
  readonly monitors: MonitorConfig[];
  /** The chardev of each serial port; undefined for a port without one. */
  readonly serial: (string | undefined)[];
}

const DEFAULT_MEMORY = 128 << 20;

/**
 * Reads the options.
 *
 * @throws {CommandLineError} naming the option and what is wrong with it.
 */
export function readConfig(options: readonly GivenOption[]): Config {
  const config: Config = {
    memory: DEFAULT_MEMORY,
    name: undefined,
    uuid: NO_UUID,
    compat: {},
    preconfig: false,
    paused: false,
    actions: defaultActions,
    incoming: undefined,
    bios: undefined,
    firmwareFolders: [],
    kernel: {},
    bootOrder: undefined,
    media: {},
    snapshot: false,
    network: noNetworkOptions(),
    devices: noDeviceOptions(),
    nic: null,
    nographic: false,
    pidFile: undefined,
    objects: [],
    chardevs: [],
    monitors: [],
    serial: [],
  };
  const failed = ({ name, text }: GivenOption, message: string, hint?: string) =>
    new CommandLineError(WHOLE_MACHINE.includes(name) ? message : `${text}: ${message}`, hint);
  // A -chardev may come after what uses it.
  const first = options.filter((option) => option.name === 'chardev');
  const rest = options.filter((option) => option.name !== 'chardev');
  for (const option of [...first, ...rest])
    try {
      READERS[option.name]?.(option.value, config, option);
    } catch (error) {
      if (QmpError.is(error)) throw failed(option, optionProblem(error), error.hint);
      if (error instanceof MachineError) throw failed(option, error.message);
      if (error instanceof CommandLineError) throw failed(option, error.message, error.hint);
      throw error;
    }
  checkUsers(config);
  config.nic = resolveNetwork(config.network);
  if (config.nographic) useTerminal(config, rest);
  if (config.snapshot) config.media = withSnapshots(config.media);
  return config;
}

/** Options whose values QEMU looks at when it makes the machine: its messages do not name them. */
const WHOLE_MACHINE = ['machine', 'smp', 'boot', 'vga'];

/** A chardev without mux=on has one user. */
function checkUsers({ chardevs, monitors, serial }: Config): void {
  const used = new Set(serial);
  const shared = new Set(chardevs.filter(({ spec }) => spec.mux === true).map(({ id }) => id));
  if (serial.some((id, index) => id !== undefined && !shared.has(id) && serial.indexOf(id) !== index))
    throw new CommandLineError('a chardev has more than one serial port', 'Add mux=on to share it.');
  for (const { chardev, option } of monitors) {
    if (used.has(chardev) && !shared.has(chardev))
      throw new CommandLineError(`${option}: Device '${chardev}' is in use`, 'Add mux=on to the chardev to share it.');
    used.add(chardev);
  }
}

/** `-nographic`: what nobody has put elsewhere, serial port and human monitor, is on this terminal. */
function useTerminal(config: Config, given: readonly GivenOption[]): void {
  const has = (...names: string[]) => given.some(({ name }) => names.includes(name));
  const option = { name: 'nographic', value: '', text: '-nographic' };
  const monitor = has('monitor', 'qmp', 'qmp-pretty', 'mon') || given.some(({ value }) => value.startsWith('mon:'));
  if (!has('serial')) READERS.serial?.(monitor ? 'stdio' : 'mon:stdio', config, option);
  else if (!monitor) READERS.monitor?.('stdio', config, option);
}

function withSnapshots(media: Media): Media {
  return Object.fromEntries(
    Object.entries(media).map(([slot, medium]) => [slot, { ...medium, snapshot: !medium.readOnly }]),
  );
}

type Reader = (value: string, config: Config, option: GivenOption) => void;

const READERS: Readonly<Record<string, Reader>> = {
  m: (value, config) => {
    config.memory = parseMemory(value);
  },
  name: (value, config) => {
    const list = parseOptionList(value, 'guest');
    for (const key of list.keys())
      if (!['guest', 'process', 'debug-threads'].includes(key))
        throw new CommandLineError(`Invalid parameter '${key}'`);
    config.name = list.get('guest');
  },
  uuid: (value, config) => {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value))
      throw new CommandLineError('failed to parse UUID string: wrong format');
    config.uuid = value.toLowerCase();
  },
  ...shortDrives(),
  incoming: (value, config) => {
    config.incoming = value;
  },
  bios: (value, config) => {
    config.bios = value;
  },
  L: (value, config) => {
    config.firmwareFolders.push(value);
  },
  machine: checkMachineType,
  smp: checkProcessors,
  boot: (value, config) => {
    config.bootOrder = readBootOrder(value);
  },
  kernel: (value, config) => {
    config.kernel = { ...config.kernel, kernel: value };
  },
  initrd: (value, config) => {
    config.kernel = { ...config.kernel, initrd: value };
  },
  append: (value, config) => {
    config.kernel = { ...config.kernel, append: value };
  },
  drive: (value, config) => {
    const { slot, medium } = readDrive(value, config.media);
    config.media = { ...config.media, [slot]: medium };
  },
  snapshot: (_value, config) => {
    config.snapshot = true;
  },
  compat: (value, config) => {
    config.compat = { ...config.compat, ...parseCompat(value) };
  },
  preconfig: (_value, config) => {
    config.preconfig = true;
  },
  netdev: (value, config) => readNetdev(optionList(value), config.network),
  nic: (value, config) => readNic(value, config.network),
  net: (value, config) => {
    // The older form: -net nic,model=… and -net user make the card and its network, one each.
    if (value !== 'none' && value !== 'user' && !value.startsWith('user,'))
      throw new CommandLineError(`-net ${value} is not known here`, 'Write -net none or -nic user,model=MODEL.');
    readNic(value, config.network);
  },
  device: (value, config, { text }) => readDevice(optionList(value), text, config.devices, config.network),
  object: (value, config) => {
    config.objects.push(readObject(optionList(value)));
  },
  nodefaults: (_value, config) => {
    config.network.none = true;
  },
  pidfile: (value, config) => {
    config.pidFile = value;
  },
  accel: checkAccelerator,
  vga: checkVideoCard,
  S: (_value, config) => {
    config.paused = true;
  },
  nographic: (_value, config) => {
    config.nographic = true;
  },
  display: checkDisplay,
  'no-reboot': (_value, config) => {
    config.actions = { ...config.actions, reboot: 'shutdown' };
  },
  'no-shutdown': (_value, config) => {
    config.actions = { ...config.actions, shutdown: 'pause' };
  },
  action: (value, config) => {
    for (const [name, action] of parseOptionList(value)) config.actions = setAction(config.actions, name, action);
  },
  'watchdog-action': (value, config) => {
    config.actions = setAction(config.actions, 'watchdog', value);
  },
  chardev: (value, config, { text }) => {
    const { id, ...spec } = parseChardevOption(value);
    addChardev(config, id, spec, text);
  },
  mon: (value, config, { text }) => {
    const { chardev, mode, pretty } = parseMonitorOption(value);
    if (!config.chardevs.some(({ id }) => id === chardev)) throw new CommandLineError(`chardev "${chardev}" not found`);
    config.monitors.push({ chardev, mode, pretty, option: text });
  },
  qmp: (value, config, { text }) => addMonitor(config, value, { mode: 'control', pretty: false, option: text }),
  'qmp-pretty': (value, config, { text }) => addMonitor(config, value, { mode: 'control', pretty: true, option: text }),
  monitor: (value, config, { text }) => addMonitor(config, value, { mode: 'readline', pretty: false, option: text }),
  serial: (value, config, { text }) => {
    if (config.serial.length === 4) throw new CommandLineError('too many serial ports', 'There are at most four.');
    const known = !value.startsWith('chardev:') || config.chardevs.some(({ id }) => `chardev:${id}` === value);
    if (!known) throw new CommandLineError(`could not connect serial device to character backend '${value}'`);
    const chardev = charDevice(config, value, `serial${config.serial.length}`, text);
    config.serial.push(chardev);
    if (chardev !== undefined && value.startsWith('mon:'))
      config.monitors.push({ chardev, mode: 'readline', pretty: false, option: text });
  },
};

function shortDrives(): Record<string, Reader> {
  const slots = ['hda', 'hdb', 'cdrom', 'fda', 'fdb'] as const;
  return Object.fromEntries(
    slots.map((slot) => [
      slot,
      (value: string, config: Config) => {
        config.media = { ...config.media, [free(slot, config.media)]: readShortDrive(slot, value) };
      },
    ]),
  );
}

function addMonitor(config: Config, value: string, monitor: Omit<MonitorConfig, 'chardev'>): void {
  const chardev = charDevice(config, value, `compat_monitor${config.monitors.length}`, monitor.option);
  if (chardev !== undefined) config.monitors.push({ chardev, ...monitor });
}

/** Makes the chardev that an option names, or finds the one it refers to. */
function charDevice(config: Config, value: string, id: string, option: string): string | undefined {
  const device = parseCharDevice(value);
  if (device.kind === 'none') return undefined;
  if (device.kind === 'chardev') addChardev(config, id, device.spec, option);
  else if (!config.chardevs.some((chardev) => chardev.id === device.id))
    throw new CommandLineError(`chardev "${device.id}" not found`);
  return device.kind === 'reference' ? device.id : id;
}

function addChardev(config: Config, id: string, spec: ChardevSpec, option: string): void {
  if (config.chardevs.some((chardev) => chardev.id === id))
    throw new CommandLineError(`Duplicate ID '${id}' for chardev`);
  if (spec.backend === 'stdio' && config.chardevs.some((chardev) => chardev.spec.backend === 'stdio'))
    throw new CommandLineError('cannot use stdio by multiple character devices');
  config.chardevs.push({ id, spec, option });
}
