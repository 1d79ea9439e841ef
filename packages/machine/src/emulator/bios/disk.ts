import type { DriveBuffer } from '../drive-buffer.js';
import type { DiskImage } from '../image.js';
import { AX, BX, CX, DI, DS, DX, ES, type RealMode, SI } from './real-mode.js';

/** A disk as INT 13 has it. */
export interface BiosDisk {
  /** 0 is the first floppy, 80 the first hard disk, E0 the CD-ROM it was booted from. */
  readonly number: number;
  readonly image: DiskImage;
  /** What requests go through. */
  readonly buffer: DriveBuffer;
  readonly sectorSize: number;
  readonly sectorsPerTrack: number;
  readonly heads: number;
  /** Where the boot image of a CD-ROM begins, in its sectors. */
  bootSector?: number;
}

const OK = 0;
const BAD_COMMAND = 1;
const NOT_FOUND = 4;
const WRITE_PROTECTED = 3;
const CONTROLLER_FAILED = 0x20;
/** The request is held: the caller asks again when the machine goes on. */
const HELD = -1;

/** INT 13: disks by cylinder, head and sector, and by number (Enhanced Disk Drive services). */
export class DiskService {
  readonly #mode: RealMode;
  readonly #disks: readonly BiosDisk[];

  constructor(mode: RealMode, disks: readonly BiosDisk[]) {
    this.#mode = mode;
    this.#disks = disks;
  }

  call(): void {
    const mode = this.#mode;
    const command = mode.high(AX);
    const disk = this.#disks.find(({ number }) => number === mode.low(DX));
    const status = disk === undefined ? BAD_COMMAND : this.#run(command, disk);
    if (status === HELD && mode.repeatInterrupt()) return;
    // Some commands return data in AH on success.
    if (status !== undefined) mode.setHigh(AX, status === HELD ? CONTROLLER_FAILED : status);
    mode.setCarry(status !== undefined && status !== OK);
  }

  /** @returns the status; undefined for success with a result in AH. */
  #run(command: number, disk: BiosDisk): number | undefined {
    switch (command) {
      case 0x00:
      case 0x01:
      case 0x04:
      case 0x0c:
      case 0x0d:
        return OK;
      case 0x02:
      case 0x03:
        return this.#transferByPlace(disk, command === 3);
      case 0x08:
        return this.#geometry(disk);
      case 0x15:
        return this.#kind(disk);
      case 0x41:
        return this.#extensions(disk);
      case 0x42:
      case 0x43:
        return this.#transferByNumber(disk, command === 0x43);
      case 0x48:
        return this.#parameters(disk);
      case 0x4b:
        return this.#emulation(disk);
      default:
        return BAD_COMMAND;
    }
  }

  #transferByPlace(disk: BiosDisk, write: boolean): number {
    const mode = this.#mode;
    const cylinder = mode.high(CX) | ((mode.low(CX) & 0xc0) << 2);
    const sector = mode.low(CX) & 63;
    if (sector === 0) return NOT_FOUND;
    const first = (cylinder * disk.heads + mode.high(DX)) * disk.sectorsPerTrack + sector - 1;
    return this.#transfer(disk, first, mode.low(AX), mode.address(ES, mode.word(BX)), write);
  }

  #transferByNumber(disk: BiosDisk, write: boolean): number {
    const mode = this.#mode;
    const packet = mode.address(DS, mode.word(SI));
    const target = (mode.read16(packet + 6) << 4) + mode.read16(packet + 4);
    return this.#transfer(disk, mode.read32(packet + 8), mode.read16(packet + 2), target, write);
  }

  #transfer(disk: BiosDisk, first: number, count: number, address: number, write: boolean): number {
    const { image, buffer, sectorSize } = disk;
    if ((first + count) * sectorSize > image.size) return NOT_FOUND;
    if (write && image.readOnly) return WRITE_PROTECTED;
    const length = count * sectorSize;
    const data = write ? undefined : buffer.read(first * sectorSize, length);
    if (data !== undefined) this.#mode.writeBytes(address, data);
    else if (!write || !buffer.write(first * sectorSize, this.#mode.readBytes(address, length))) {
      const held = buffer.held;
      // It is the caller that asks again, not the drive.
      buffer.held = false;
      return held ? HELD : CONTROLLER_FAILED;
    }
    return OK;
  }

  #geometry(disk: BiosDisk): number {
    const mode = this.#mode;
    const floppy = disk.number < 0x80;
    const tracks = Math.floor(disk.image.size / disk.sectorSize / disk.sectorsPerTrack / disk.heads);
    const last = Math.min(1024, tracks) - 1;
    mode.setWord(CX, ((last & 0xff) << 8) | ((last >> 8) << 6) | disk.sectorsPerTrack);
    const alike = this.#disks.filter(({ number }) => number < 0x80 === floppy && number < 0xe0).length;
    mode.setWord(DX, ((disk.heads - 1) << 8) | alike);
    mode.setLow(BX, floppy ? 4 : 0);
    if (floppy) {
      mode.setSegment(ES, mode.read16(0x1e * 4 + 2));
      mode.setWord(DI, mode.read16(0x1e * 4));
    }
    return OK;
  }

  #kind(disk: BiosDisk): undefined {
    const mode = this.#mode;
    if (disk.number < 0x80) mode.setHigh(AX, 1);
    else {
      const sectors = disk.image.size / disk.sectorSize;
      mode.setHigh(AX, 3);
      mode.setWord(CX, sectors >>> 16);
      mode.setWord(DX, sectors);
    }
    return undefined;
  }

  #extensions(disk: BiosDisk): number | undefined {
    if (disk.number < 0x80) return BAD_COMMAND;
    this.#mode.setWord(BX, 0xaa55);
    this.#mode.setHigh(AX, 0x21);
    this.#mode.setWord(CX, 1);
    return undefined;
  }

  #parameters(disk: BiosDisk): number {
    const mode = this.#mode;
    const at = mode.address(DS, mode.word(SI));
    mode.write16(at, 26);
    for (let offset = 2; offset < 26; offset += 2) mode.write16(at + offset, 0);
    mode.write32(at + 16, disk.image.size / disk.sectorSize);
    mode.write16(at + 24, disk.sectorSize);
    return OK;
  }

  /** The El Torito specification packet: booted without emulation. */
  #emulation(disk: BiosDisk): number {
    const mode = this.#mode;
    if (disk.bootSector === undefined) return BAD_COMMAND;
    const at = mode.address(DS, mode.word(SI));
    for (let offset = 0; offset < 0x13; offset++) mode.write8(at + offset, 0);
    mode.write8(at, 0x13);
    mode.write8(at + 2, disk.number);
    mode.write32(at + 4, disk.bootSector);
    return OK;
  }
}
