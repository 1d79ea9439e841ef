import { statSync } from 'node:fs';
import { parseOptionList } from 'qmp/chardev';
import { fileProblem } from '../commands/files.js';
import type { DriveSlot } from '../emulator/drives.js';
import type { MediumSpec } from '../emulator/image.js';
import { CommandLineError } from './arguments.js';

/** The media of a command line, by drive. */
export type Media = Partial<Record<DriveSlot, MediumSpec>>;

/** Reads the argument of `-hda`, `-hdb`, `-cdrom`, `-fda` and `-fdb`: a path. */
export function readShortDrive(slot: DriveSlot, file: string): MediumSpec {
  return checked({ file, readOnly: slot === 'cdrom', snapshot: false });
}

const DRIVE_OPTIONS = ['file', 'if', 'index', 'media', 'format', 'readonly', 'read-only', 'snapshot', 'id', 'cache'];

/** Reads the argument of `-drive`: `file=PATH,if=ide|floppy,index=N,media=disk|cdrom,format=raw,readonly=on,snapshot=on`. */
export function readDrive(value: string, taken: Media): { slot: DriveSlot; medium: MediumSpec } {
  const list = parseOptionList(value, 'file');
  for (const name of list.keys())
    if (!DRIVE_OPTIONS.includes(name)) throw new CommandLineError(`Invalid parameter '${name}'`);
  const file = list.get('file');
  if (file === undefined) throw new CommandLineError("option 'file' is missing", 'Write -drive file=PATH,format=raw.');
  const format = list.get('format') ?? 'raw';
  if (format !== 'raw') throw new CommandLineError(`Unknown driver '${format}'`, 'Images are raw here.');
  const slot = slotOf(list.get('if') ?? 'ide', list.get('media') ?? 'disk', list.get('index'), taken);
  const readOnly = slot === 'cdrom' || (list.get('readonly') ?? list.get('read-only')) === 'on';
  return { slot, medium: checked({ file, readOnly, snapshot: list.get('snapshot') === 'on' }) };
}

function slotOf(bus: string, media: string, index: string | undefined, taken: Media): DriveSlot {
  if (bus !== 'ide' && bus !== 'floppy')
    throw new CommandLineError(`'${bus}' is not a kind of drive here`, 'It can be ide or floppy.');
  if (bus === 'ide' && media === 'cdrom') return 'cdrom';
  const slots: readonly DriveSlot[] = bus === 'ide' ? ['hda', 'hdb'] : ['fda', 'fdb'];
  const slot = index === undefined ? slots.find((candidate) => taken[candidate] === undefined) : slots[Number(index)];
  if (slot === undefined) throw new CommandLineError(`there is no free ${bus} drive`);
  return slot;
}

function checked(medium: MediumSpec): MediumSpec {
  try {
    statSync(medium.file);
  } catch (error) {
    throw new CommandLineError(`Could not open '${medium.file}': ${fileProblem(error)}`);
  }
  return medium;
}
