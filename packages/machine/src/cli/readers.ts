import {
  type ChardevSpec,
  parseCharDevice,
  parseChardevOption,
  parseMonitorOption,
  parseOptionList,
} from 'qmp/chardev';
import { parseCompat } from 'qmp/monitor';
import { setAction } from '../machine/run-state.js';
import { CommandLineError, type GivenOption } from './arguments.js';
import { readBootOrder } from './boot.js';
import type { Config, MonitorConfig } from './config-types.js';
import { readDevice } from './devices.js';
import { free, readDrive, readShortDrive } from './drives.js';
import { optionList } from './json-option.js';
import {
  checkAccelerator,
  checkDisplay,
  checkMachineType,
  checkProcessors,
  checkVideoCard,
} from './machine-options.js';
import { parseMemory } from './memory.js';
import { readNetdev, readNic } from './network.js';
import { readObject } from './objects.js';

/** Reads the value of one option into the configuration. */
type Reader = (value: string, config: Config, option: GivenOption) => void;

/** What each option does to the configuration. */
export const READERS: Readonly<Record<string, Reader>> = {
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
    if (medium !== undefined) config.media = { ...config.media, [slot]: medium };
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
