import type { BiosDisk } from './disk.js';
import { DX, type RealMode } from './real-mode.js';

const BOOT_SECTOR = 0x7c00;
const CD_SECTOR = 2048;
const VOLUME_BOOT_RECORD = 17;
const EL_TORITO = 'EL TORITO SPECIFICATION';

/** Where to go on after a boot sector was loaded. */
export interface BootVector {
  readonly offset: number;
  readonly segment: number;
}

/** A sector could not be read. */
export class BootFailure extends Error {}

function read({ buffer }: BiosDisk, offset: number, length: number): Uint8Array {
  const data = buffer.read(offset, length);
  if (data === undefined) throw new BootFailure();
  return data;
}

/**
 * Loads the boot sector of a disk; undefined when it has none.
 *
 * @throws {BootFailure} when the disk cannot be read.
 */
export function loadBootSector(mode: RealMode, disk: BiosDisk): BootVector | undefined {
  const vector = disk.sectorSize === CD_SECTOR ? loadElTorito(mode, disk) : loadPlain(mode, disk);
  if (vector !== undefined) mode.setWord(DX, disk.number);
  return vector;
}

function loadPlain(mode: RealMode, disk: BiosDisk): BootVector | undefined {
  const sector = read(disk, 0, 512);
  if (sector[510] !== 0x55 || sector[511] !== 0xaa) return undefined;
  mode.writeBytes(BOOT_SECTOR, sector);
  return { segment: 0, offset: BOOT_SECTOR };
}

/** The default entry of a CD-ROM's boot catalogue, without emulation of another disk. */
function loadElTorito(mode: RealMode, disk: BiosDisk): BootVector | undefined {
  const sector = (number: number) => read(disk, number * CD_SECTOR, CD_SECTOR);
  const record = sector(VOLUME_BOOT_RECORD);
  if (!new TextDecoder('latin1').decode(record.subarray(7, 39)).startsWith(EL_TORITO)) return undefined;
  const catalogue = sector(new DataView(record.buffer).getUint32(0x47, true));
  const entry = new DataView(catalogue.buffer, 0x20);
  const bootable = entry.getUint8(0) === 0x88 && (entry.getUint8(1) & 15) === 0;
  if (!bootable) return undefined;
  const segment = entry.getUint16(2, true) || BOOT_SECTOR >> 4;
  const length = entry.getUint16(6, true) * 512;
  disk.bootSector = entry.getUint32(8, true);
  mode.writeBytes(segment << 4, read(disk, disk.bootSector * CD_SECTOR, length));
  return { segment, offset: 0 };
}
