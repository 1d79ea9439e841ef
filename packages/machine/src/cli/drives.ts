import { statSync } from 'node:fs';
import { parseOptionList } from 'qmp/chardev';
import type { DriveSpec } from '../block/devices.js';
import { faultsOfText, joinFaults, type RuleText, readFaultFile } from '../block/faults.js';
import { fileProblem } from '../commands/files.js';
import type { ErrorPolicies, ErrorPolicy } from '../emulator/drive-buffer.js';
import type { DriveSlot } from '../emulator/drives.js';
import type { Faults, MediumSpec } from '../emulator/image.js';
import { CommandLineError } from './arguments.js';

/** The drives of a command line. */
export type Media = Partial<Record<DriveSlot, DriveSpec>>;

/** Reads the argument of `-hda`, `-hdb`, `-cdrom`, `-fda` and `-fdb`: a path, or `blkdebug:[RULES]:PATH`. */
export function readShortDrive(slot: DriveSlot, file: string): DriveSpec {
  return checked({ ...readFile(file), readOnly: slot === 'cdrom', snapshot: false });
}

const DRIVE_OPTIONS = [
  'file',
  'if',
  'index',
  'media',
  'format',
  'driver',
  'readonly',
  'read-only',
  'snapshot',
  'id',
  'cache',
  'node-name',
  'werror',
  'rerror',
];

/**
 * Reads the argument of `-drive`: `file=PATH,if=ide|floppy,index=N,media=disk|cdrom,format=raw,readonly=on,snapshot=on,
 * id=ID,werror=ACTION,rerror=ACTION`. A disk with faults is `file=blkdebug:[RULES]:PATH`, or block options:
 * `driver=blkdebug,image.filename=PATH,inject-error.0.event=…`, with `file.` before each when they lie below `raw`.
 *
 * @throws {CommandLineError} naming what is wrong.
 */
export function readDrive(value: string, taken: Media): { slot: DriveSlot; medium: DriveSpec | undefined } {
  const list = new Map(parseOptionList(value, 'file'));
  const empty = (list.get('media') === 'cdrom' || list.get('if') === 'floppy') && !list.has('file');
  const medium = empty && !list.has('driver') ? undefined : readMedium(list);
  for (const name of list.keys())
    if (!DRIVE_OPTIONS.includes(name))
      throw new CommandLineError(`Block format 'raw' does not support the option '${name}'`);
  const bus = list.get('if') ?? 'ide';
  const slot = slotOf(bus, list.get('media') ?? 'disk', list.get('index'), taken);
  const readOnly = slot === 'cdrom' || onOff(list, 'readonly', 'read-only');
  const id = list.get('id');
  if (id !== undefined && !/^[A-Za-z][\w.-]*$/.test(id))
    throw new CommandLineError(
      "Parameter 'id' expects an identifier",
      "Identifiers consist of letters, digits, '-', '.', '_', starting with a letter.",
    );
  const errors = readPolicies(list, bus);
  const cache = list.get('cache');
  if (cache !== undefined && !CACHE_MODES.includes(cache)) throw new CommandLineError('invalid cache option');
  const nodeName = list.get('node-name');
  if (nodeName !== undefined && !/^[A-Za-z][\w.-]*$/.test(nodeName))
    throw new CommandLineError(`Invalid node-name: '${nodeName}'`);
  if (medium === undefined) return { slot, medium };
  const others = Object.values(taken);
  if (id !== undefined && others.some((drive) => drive.id === id))
    throw new CommandLineError(`Duplicate ID '${id}' for drive`);
  if (nodeName !== undefined && others.some((drive) => drive.nodeName === nodeName))
    throw new CommandLineError(`Duplicate nodes with node-name='${nodeName}'`);
  return {
    slot,
    medium: {
      ...checked({ ...medium, readOnly, snapshot: onOff(list, 'snapshot') }),
      ...(id === undefined ? {} : { id }),
      ...(errors === undefined ? {} : { errors }),
      ...(nodeName === undefined ? {} : { nodeName }),
    },
  };
}

/** All of them mean the same here: a write is in the host's hands before the guest is told, and safe after a flush. */
const CACHE_MODES = ['none', 'writeback', 'unsafe', 'directsync', 'writethrough', 'off'];

type Image = Pick<MediumSpec, 'file' | 'faults' | 'label'>;

function readMedium(list: Map<string, string>): Image {
  const driver = list.get('driver') ?? list.get('format') ?? 'raw';
  const file = list.get('file');
  if (driver === 'raw' && file !== undefined) return readFile(file);
  const prefix = driver === 'raw' ? 'file.' : '';
  const options = [...list].filter(([name]) => !DRIVE_OPTIONS.includes(name) || name === 'driver');
  const image = readNode(driver === 'raw' ? 'file' : driver, prefix, new Map(options));
  for (const [name] of options) if (name !== 'driver') list.delete(name);
  return image;
}

/** The file and the faults that block options lead to. */
function readNode(given: string, prefix: string, options: ReadonlyMap<string, string>): Image {
  const driver = options.get(`${prefix}driver`) ?? given;
  if (driver === 'file') {
    const file = options.get(`${prefix}filename`);
    if (file === undefined)
      throw new CommandLineError("option 'file' is missing", 'Write -drive file=PATH,format=raw.');
    return { file };
  }
  if (driver !== 'blkdebug') throw new CommandLineError(`Unknown driver '${driver}'`, 'Images are raw here.');
  if (![...options.keys()].some((name) => name.startsWith(`${prefix}image.`)))
    throw new CommandLineError('A block device must be specified for "image"');
  const below = readNode('file', `${prefix}image.`, options);
  const config = options.get(`${prefix}config`);
  const rules = faultsOfText(rulesOf(options, `${prefix}inject-error.`), rulesOf(options, `${prefix}set-state.`));
  return withFaults(below, config ?? '', config === undefined ? rules : joinFaults(readFaultFile(config), rules));
}

/** `PREFIXn.name=value` as one map for each n. */
function rulesOf(options: ReadonlyMap<string, string>, prefix: string): RuleText[] {
  const rules = new Map<string, Map<string, string>>();
  for (const [name, value] of options) {
    const [, index, member] = name.startsWith(prefix) ? (/^(\d+)\.(.+)$/.exec(name.slice(prefix.length)) ?? []) : [];
    if (index === undefined || member === undefined) continue;
    const rule = rules.get(index) ?? new Map<string, string>();
    rules.set(index, rule.set(member, value));
  }
  return [...rules].sort(([a], [b]) => Number(a) - Number(b)).map(([, rule]) => rule);
}

function readFile(file: string): Image {
  const [, config, below] = /^blkdebug:([^:]*):(.*)$/s.exec(file) ?? [];
  if (config === undefined || below === undefined) return { file };
  const faults = config === '' ? faultsOfText([], []) : readFaultFile(config);
  return withFaults(readFile(below), config, faults);
}

function withFaults({ file, faults = [], label }: Image, config: string, more: Faults): Image {
  return { file, faults: [...faults, more], label: `blkdebug:${config}:${label ?? file}` };
}

const ACTIONS: readonly ErrorPolicy[] = ['ignore', 'enospc', 'stop', 'report'];

function readPolicies(list: ReadonlyMap<string, string>, bus: string): ErrorPolicies | undefined {
  const action = (name: 'rerror' | 'werror'): ErrorPolicy | undefined => {
    const value = list.get(name);
    if (value === undefined) return undefined;
    if (bus !== 'ide') throw new CommandLineError(`${name} is not supported by this bus type`);
    const found = ACTIONS.find((known) => known === value);
    if (found === undefined || (name === 'rerror' && found === 'enospc'))
      throw new CommandLineError(`'${value}' invalid ${name === 'rerror' ? 'read' : 'write'} error action`);
    return found;
  };
  const read = action('rerror');
  const write = action('werror');
  return read === undefined && write === undefined ? undefined : { read: read ?? 'report', write: write ?? 'enospc' };
}

function onOff(list: ReadonlyMap<string, string>, ...names: readonly string[]): boolean {
  const value = names.map((name) => list.get(name)).find((given) => given !== undefined) ?? 'off';
  if (value !== 'on' && value !== 'off')
    throw new CommandLineError(`Parameter '${names.at(-1)}' expects 'on' or 'off'`);
  return value === 'on';
}

function slotOf(bus: string, media: string, index: string | undefined, taken: Media): DriveSlot {
  if (bus !== 'ide' && bus !== 'floppy')
    throw new CommandLineError(`unsupported bus type '${bus}'`, 'It can be ide or floppy.');
  if (media !== 'disk' && media !== 'cdrom') throw new CommandLineError(`'${media}' invalid media`);
  if (bus === 'ide' && media === 'cdrom') return free('cdrom', taken);
  const slots: readonly DriveSlot[] = bus === 'ide' ? ['hda', 'hdb'] : ['fda', 'fdb'];
  if (index !== undefined && !/^\d+$/.test(index)) throw new CommandLineError("Parameter 'index' expects a number");
  const slot = index === undefined ? slots.find((candidate) => taken[candidate] === undefined) : slots[Number(index)];
  if (slot !== undefined) return free(slot, taken);
  const [where, unit] = [Number(index ?? 2) >> 1, Number(index ?? 2) & 1];
  throw new CommandLineError(
    `machine type does not support if=${bus},bus=${where},unit=${unit}`,
    'There are two of each.',
  );
}

/** Where QEMU has each drive: bus, unit and index. */
const PLACES: Readonly<Record<DriveSlot, readonly [bus: number, unit: number, index: number]>> = {
  hda: [0, 0, 0],
  hdb: [0, 1, 1],
  cdrom: [1, 0, 2],
  fda: [0, 0, 0],
  fdb: [0, 1, 1],
};

/** @throws {CommandLineError} when something is in the drive already. */
export function free(slot: DriveSlot, taken: Media): DriveSlot {
  if (taken[slot] === undefined) return slot;
  const [bus, unit, index] = PLACES[slot];
  throw new CommandLineError(`drive with bus=${bus}, unit=${unit} (index=${index}) exists`);
}

function checked(medium: MediumSpec): MediumSpec {
  try {
    if (statSync(medium.file).isDirectory())
      throw new CommandLineError(`'file' driver requires '${medium.file}' to be a regular file`);
  } catch (error) {
    if (error instanceof CommandLineError) throw error;
    throw new CommandLineError(`Could not open '${medium.file}': ${fileProblem(error)}`);
  }
  return medium;
}
