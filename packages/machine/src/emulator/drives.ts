import type { DiskImage, ImageOpener, MediumSpec } from './image.js';
import type { V86Devices } from './internals.js';

/** Where a medium goes: the hard disks, the CD-ROM drive and the floppy drives of the PC. */
export type DriveSlot = 'hda' | 'hdb' | 'cdrom' | 'fda' | 'fdb';

/** What a drive has done since it was made. Times are not measured. */
export interface DriveCounters {
  readBytes: number;
  readOperations: number;
  writtenBytes: number;
  writeOperations: number;
  flushOperations: number;
}

/** What a medium is, once it is open. */
export interface MediumInfo {
  /** Bytes. */
  readonly size: number;
  readonly readOnly: boolean;
}

/**
 * What v86 takes for a disk. It calls back before the call returns, so a guest that is told that its data was written
 * can rely on it.
 */
class DriveBuffer {
  readonly byteLength: number;
  onload: ((event: object) => void) | undefined;
  onprogress: undefined;
  readonly #image: DiskImage;
  readonly #counters: DriveCounters;

  constructor(image: DiskImage, counters: DriveCounters) {
    this.#image = image;
    this.#counters = counters;
    this.byteLength = image.size;
  }

  load(): void {
    this.onload?.({});
  }

  get(start: number, length: number, done: (data: Uint8Array) => void): void {
    this.#counters.readOperations += 1;
    this.#counters.readBytes += length;
    done(this.#image.read(start, length));
  }

  get_and_cache(start: number, length: number, done: (data: Uint8Array) => void): void {
    done(this.#image.read(start, length));
  }

  get_from_cache(start: number, length: number): Uint8Array {
    return this.#image.read(start, length);
  }

  set(start: number, data: Uint8Array, done: () => void): void {
    this.#counters.writeOperations += 1;
    this.#counters.writtenBytes += data.length;
    if (!this.#image.readOnly) this.#image.write(start, data);
    done();
  }

  get_buffer(done: (buffer: undefined) => void): void {
    done(undefined);
  }

  get_state(): unknown[] {
    return [this.byteLength];
  }

  set_state(): void {}
}

const SLOTS: readonly DriveSlot[] = ['hda', 'hdb', 'cdrom', 'fda', 'fdb'];

/** The drives of one machine. */
export class Drives {
  readonly #open: ImageOpener;
  readonly #images = new Map<DriveSlot, DiskImage>();
  readonly #counters = new Map<DriveSlot, DriveCounters>();

  constructor(open: ImageOpener) {
    this.#open = open;
    for (const slot of SLOTS)
      this.#counters.set(slot, {
        readBytes: 0,
        readOperations: 0,
        writtenBytes: 0,
        writeOperations: 0,
        flushOperations: 0,
      });
  }

  /** Opens the image of a slot and gives what v86 takes for a disk. */
  buffer(slot: DriveSlot, medium: MediumSpec): object {
    const image = this.#open(medium);
    this.#images.get(slot)?.close();
    this.#images.set(slot, image);
    return new DriveBuffer(image, this.countersOf(slot));
  }

  image(slot: DriveSlot): DiskImage | undefined {
    return this.#images.get(slot);
  }

  countersOf(slot: DriveSlot): DriveCounters {
    const counters = this.#counters.get(slot);
    if (counters === undefined) throw new Error(`no drive ${slot}`);
    return counters;
  }

  info(slot: DriveSlot): MediumInfo | undefined {
    const image = this.#images.get(slot);
    return image === undefined ? undefined : { size: image.size, readOnly: image.readOnly };
  }

  /** Puts another medium into a removable drive. The guest notices it as it would with a real one. */
  insert(devices: V86Devices, slot: DriveSlot, medium: MediumSpec): MediumInfo {
    const buffer = this.buffer(slot, medium);
    const image = this.#images.get(slot);
    if (slot === 'cdrom') devices.cdrom?.set_cdrom?.(buffer);
    else floppy(devices, slot)?.insert_disk(buffer, image?.readOnly ?? false);
    return { size: image?.size ?? 0, readOnly: image?.readOnly ?? true };
  }

  /** Takes the medium out of a removable drive. */
  remove(devices: V86Devices, slot: DriveSlot): void {
    if (slot === 'cdrom') devices.cdrom?.eject?.();
    else floppy(devices, slot)?.eject_disk();
    this.#images.get(slot)?.close();
    this.#images.delete(slot);
  }

  /** Brings what was written to safety. */
  flush(): void {
    for (const [slot, image] of this.#images) {
      if (image.readOnly) continue;
      image.flush();
      this.countersOf(slot).flushOperations += 1;
    }
  }

  close(): void {
    for (const image of this.#images.values()) image.close();
    this.#images.clear();
  }
}

function floppy(devices: V86Devices, slot: DriveSlot) {
  return devices.fdc?.drives[slot === 'fda' ? 0 : 1];
}
