import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseOptionList } from 'qmp/chardev';
import { fileProblem } from '../commands/files.js';
import type { BootOrder } from '../emulator/bios/bios.js';
import type { MediumSpec } from '../emulator/image.js';
import { kernelKind } from '../emulator/kernel.js';
import type { KernelImages } from '../emulator/kernel-images.js';
import type { KernelModule } from '../emulator/multiboot.js';
import { CommandLineError } from './arguments.js';
import type { Media } from './drives.js';

const VIDEO_BIOS = 'vgabios-stdvga.bin';

const SYSTEM_BIOS = 'bios.bin';
/** Where distributions put SeaBIOS. */
const SYSTEM_FOLDERS = ['/usr/share/seabios', '/usr/share/qemu'];

/** A BIOS from elsewhere, and that of the video card if there is one beside it. */
export interface Bios {
  readonly system: Uint8Array;
  readonly video?: Uint8Array;
}

/**
 * Finds the BIOS: what `-bios` names, as a path or in one of the folders of `-L` and of the system; without `-bios` the
 * `bios.bin` of a folder of `-L`. Undefined when neither asks for one: the firmware of this package starts.
 *
 * @throws {CommandLineError} when `-bios` names what is not there.
 */
export function findBios(name: string | undefined, folders: readonly string[]): Bios | undefined {
  const candidates =
    name === undefined
      ? folders.map((folder) => join(folder, SYSTEM_BIOS))
      : [name, ...[...folders, ...SYSTEM_FOLDERS].map((folder) => join(folder, name))];
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path !== undefined) return readBios(path);
  if (name === undefined) return undefined;
  throw new CommandLineError(`could not load PC BIOS '${name}'`, `It is no file, nor in ${SYSTEM_FOLDERS.join(', ')}.`);
}

function readBios(path: string): Bios {
  const system = readImage('BIOS', path);
  const video = join(dirname(path), VIDEO_BIOS);
  return existsSync(video) ? { system, video: readImage('BIOS', video) } : { system };
}

/** What `-kernel`, `-initrd` and `-append` say. */
export interface KernelConfig {
  readonly kernel?: string;
  readonly initrd?: string;
  readonly append?: string;
}

const BOOT_OPTIONS = ['order', 'once', 'menu', 'splash', 'splash-time', 'reboot-timeout', 'strict'];

/** Reads the argument of `-boot`: `[order=]dca`. */
export function readBootOrder(value: string): BootOrder {
  const list = parseOptionList(value, 'order');
  for (const name of list.keys())
    if (!BOOT_OPTIONS.includes(name)) throw new CommandLineError(`Parameter 'boot.${name}' is unexpected`);
  const letters = [...(list.get('order') ?? list.get('once') ?? 'cad')];
  return letters.map((letter, index) => {
    if (letters.indexOf(letter) < index) throw new CommandLineError(`Boot device '${letter}' was given twice`);
    if (letter !== 'a' && letter !== 'c' && letter !== 'd')
      throw new CommandLineError(`Invalid boot device '${letter}'`);
    return letter;
  });
}

const DEFAULT_ORDER: BootOrder = ['c', 'a', 'd'];

/** The order to try drives in; undefined when nothing can be booted from and nobody asked, and the built-in guest starts. */
export function bootOrderOf(media: Media, order: BootOrder | undefined): BootOrder | undefined {
  if (order !== undefined) return Object.keys(media).length === 0 ? undefined : order;
  const disk = [media.hda, media.hdb, media.fda].some(
    (medium) => medium !== undefined && hasText(medium, 510, '\x55\xaa'),
  );
  const cdrom = media.cdrom !== undefined && hasText(media.cdrom, 17 * 2048 + 7, 'EL TORITO');
  return disk || cdrom ? DEFAULT_ORDER : undefined;
}

function hasText({ file }: MediumSpec, offset: number, text: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(text.length);
    readSync(descriptor, bytes, 0, bytes.length, offset);
    return bytes.toString('latin1') === text;
  } finally {
    closeSync(descriptor);
  }
}

/** Reads the files of a kernel; undefined when none is asked for. */
export function readKernel({ kernel, initrd, append = '' }: KernelConfig): KernelImages | undefined {
  if (kernel === undefined) {
    if (initrd !== undefined) throw new CommandLineError('-initrd only allowed with -kernel option');
    if (append !== '') throw new CommandLineError('-append only allowed with -kernel option');
    return undefined;
  }
  const image = readImage('kernel', kernel);
  const kind = kernelKind(image);
  if (kind === undefined)
    throw new CommandLineError(
      `'${kernel}' is neither a Linux kernel nor a multiboot kernel`,
      'It has no setup header and no multiboot header; give a bzImage, or a 32-bit kernel that GRUB could start.',
    );
  if (kind === 'multiboot')
    return { kernel: image, commandLine: `${kernel} ${append}`.trimEnd(), modules: readModules(initrd) };
  return {
    kernel: image,
    commandLine: append,
    ...(initrd === undefined ? {} : { initrd: readImage('initrd', initrd) }),
  };
}

/** Reads the modules of a multiboot kernel: `-initrd "FILE ARGUMENTS,FILE …"`, a comma in a name doubled. */
function readModules(initrd = ''): KernelModule[] {
  const names = initrd.match(/(?:,,|[^,])+/g) ?? [];
  return names.map((name) => {
    const commandLine = name.replaceAll(',,', ',').trim();
    return { commandLine, data: readImage('initrd', commandLine.replace(/ .*$/s, '')) };
  });
}

function readImage(kind: string, path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new CommandLineError(`could not open ${kind} file '${path}': ${fileProblem(error)}`);
  }
}
