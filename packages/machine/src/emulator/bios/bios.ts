import type { Drives } from '../drives.js';
import type { V86Cpu } from '../internals.js';
import { BootFailure, type BootVector, loadBootSector } from './boot.js';
import { type BiosDisk, DiskService } from './disk.js';
import { KeyboardService } from './keyboard.js';
import { AX, RealMode } from './real-mode.js';
import { SystemService } from './system.js';
import { VideoService } from './video.js';

/** Which drives to try, in order: QEMU's letters a (floppy), c (hard disk), d (CD-ROM). */
export type BootOrder = readonly ('a' | 'c' | 'd')[];

/** Where the firmware looks for what the host has to say (firmware/qmp-pc.asm). */
const AGAIN = 0xfff00;
const BOOT_VECTOR = 0xfff04;
/** In `AGAIN`: a request to the disk is held, so boot once more when the machine goes on. */
const TRY_AGAIN = 2;

/** Ports of the services (firmware/services.inc). */
const PORTS = {
  video: 0xe0,
  equipment: 0xe1,
  memory: 0xe2,
  disk: 0xe3,
  serial: 0xe4,
  system: 0xe5,
  keyboard: 0xe6,
  printer: 0xe7,
  boot: 0xe8,
  time: 0xe9,
  key: 0xea,
  start: 0xeb,
  noBoot: 0xec,
};

const NAMES = { a: 'floppy', c: 'hard disk', d: 'CD-ROM' };

/** Offers BIOS services behind ports, for systems that boot from a disk. */
export function connectBios(cpu: V86Cpu, drives: Drives, order: BootOrder): void {
  const mode = new RealMode(cpu);
  const disks = findDisks(drives);
  const floppies = disks.filter(({ number }) => number < 0x80).length;
  const video = new VideoService(mode);
  const keyboard = new KeyboardService(mode, AGAIN);
  const disk = new DiskService(mode, disks);
  const system = new SystemService(mode, cpu.memory_size[0] ?? 0, floppies);
  const on = (port: number, handler: (value: number) => void) => cpu.io.register_write(port, {}, handler);
  on(PORTS.video, () => video.call());
  on(PORTS.equipment, () => system.equipment());
  on(PORTS.memory, () => system.conventional());
  on(PORTS.disk, () => disk.call());
  on(PORTS.serial, () => mode.setHigh(AX, 0x80));
  on(PORTS.system, () => system.call());
  on(PORTS.keyboard, () => keyboard.call());
  on(PORTS.printer, () => mode.setHigh(AX, 1));
  on(PORTS.time, () => system.time());
  on(PORTS.key, (code) => keyboard.scancode(code));
  on(PORTS.start, () => {
    fillDataArea(mode, disks);
    video.clear();
  });
  on(PORTS.boot, () => boot(mode, video, disks, order));
  on(PORTS.noBoot, () => video.print('No bootable device.\r\n'));
}

function findDisks(drives: Drives): BiosDisk[] {
  const disks: BiosDisk[] = [];
  const add = (slot: 'fda' | 'fdb' | 'hda' | 'hdb' | 'cdrom', number: number) => {
    const image = drives.image(slot);
    const buffer = drives.bufferOf(slot);
    if (image === undefined || buffer === undefined) return;
    const sectorSize = number === 0xe0 ? 2048 : 512;
    const [sectorsPerTrack, heads] = number < 0x80 ? [18, 2] : [63, 16];
    disks.push({ number, image, buffer, sectorSize, sectorsPerTrack, heads });
  };
  add('fda', 0);
  add('fdb', 1);
  add('hda', 0x80);
  add('hdb', drives.image('hda') === undefined ? 0x80 : 0x81);
  add('cdrom', 0xe0);
  return disks;
}

/** What programs read in the BIOS data area: equipment, memory, video mode, disks, keyboard buffer. */
function fillDataArea(mode: RealMode, disks: readonly BiosDisk[]): void {
  const floppies = disks.filter(({ number }) => number < 0x80).length;
  const words: readonly (readonly [address: number, value: number])[] = [
    [0x410, 0x20 | (floppies > 0 ? 1 : 0)],
    [0x413, 639],
    [0x41a, 0x1e],
    [0x41c, 0x1e],
    [0x44a, 80],
    [0x44c, 4096],
    [0x463, 0x3d4],
    [0x480, 0x1e],
    [0x482, 0x3e],
    [0x485, 16],
  ];
  for (const [address, value] of words) mode.write16(address, value);
  mode.write8(0x449, 3);
  mode.write8(0x484, 24);
  mode.write8(0x475, disks.filter(({ number }) => number >= 0x80 && number < 0xe0).length);
}

function boot(mode: RealMode, video: VideoService, disks: readonly BiosDisk[], order: BootOrder): void {
  mode.write8(AGAIN, 1);
  for (const letter of order) {
    const disk = disks.find(({ number }) => letterOf(number) === letter);
    if (disk === undefined) continue;
    const vector = tryBoot(mode, disk);
    if (vector === 'held') {
      mode.write8(AGAIN, TRY_AGAIN);
      return;
    }
    if (vector === undefined) continue;
    video.print(`Booting from ${NAMES[letter]}...\r\n`);
    mode.write16(BOOT_VECTOR, vector.offset);
    mode.write16(BOOT_VECTOR + 2, vector.segment);
    mode.write8(AGAIN, 0);
    return;
  }
}

function tryBoot(mode: RealMode, disk: BiosDisk): BootVector | 'held' | undefined {
  try {
    return loadBootSector(mode, disk);
  } catch (error) {
    if (!(error instanceof BootFailure)) throw error;
    const { held } = disk.buffer;
    // It is the firmware that asks again, not the drive.
    disk.buffer.held = false;
    return held ? 'held' : undefined;
  }
}

function letterOf(number: number): 'a' | 'c' | 'd' {
  return number < 0x80 ? 'a' : number < 0xe0 ? 'c' : 'd';
}
