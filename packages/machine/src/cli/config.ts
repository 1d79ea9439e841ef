import { QmpError } from 'qmp/protocol';
import { NO_UUID } from '../host/machine-monitor.js';
import { MachineError } from '../machine/errors.js';
import { defaultActions } from '../machine/run-state.js';
import { CommandLineError, type GivenOption } from './arguments.js';
import { optionProblem } from './chardev-problems.js';
import type { Config } from './config-types.js';
import { noDeviceOptions } from './devices.js';
import type { Media } from './drives.js';
import { noNetworkOptions, resolveNetwork } from './network.js';
import { READERS } from './readers.js';

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
