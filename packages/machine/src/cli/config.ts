import type { ChardevSpec } from 'qmp/chardev';
import type { CompatPolicy } from 'qmp/monitor';
import { QmpError } from 'qmp/protocol';
import type { ObjectOptions } from '../api/index.js';
import type { BootOrder } from '../emulator/bios/bios.js';
import type { NicConfig } from '../emulator/network/config.js';
import { NO_UUID } from '../host/machine-monitor.js';
import { MachineError } from '../machine/errors.js';
import { type Actions, defaultActions } from '../machine/run-state.js';
import { CommandLineError, type GivenOption } from './arguments.js';
import type { KernelConfig } from './boot.js';
import { optionProblem } from './chardev-problems.js';
import { type DeviceOptions, noDeviceOptions } from './devices.js';
import type { Media } from './drives.js';
import { type NetworkOptions, noNetworkOptions, resolveNetwork } from './network.js';

import { READERS } from './readers.js';
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
