import { type DiskFailure, DriveBuffer, type DriveCounters, type ErrorPolicies, newCounters } from './drive-buffer.js';
import { openMedium } from './faults.js';
import type { DiskImage, ImageOpener, MediumSpec } from './image.js';
import type { V86Devices } from './internals.js';

/** Where a medium goes: the hard disks, the CD-ROM drive and the floppy drives of the PC. */
export type DriveSlot = 'hda' | 'hdb' | 'cdrom' | 'fda' | 'fdb';

/** What a medium is, once it is open. */
export interface MediumInfo {
  /** Bytes. */
  readonly size: number;
  readonly readOnly: boolean;
}

const defaultPolicies: ErrorPolicies = { read: 'report', write: 'enospc' };
/** A floppy drive here can neither hold a request nor fail it: its guest waits until it gives up. */
const floppyPolicies: ErrorPolicies = { read: 'report', write: 'report' };

const SLOTS: readonly DriveSlot[] = ['hda', 'hdb', 'cdrom', 'fda', 'fdb'];

/** The drives of one machine. */
export class Drives {
  readonly #open: ImageOpener;
  readonly #buffers = new Map<DriveSlot, { readonly image: DiskImage; readonly buffer: DriveBuffer }>();
  readonly #counters = new Map<DriveSlot, DriveCounters>(SLOTS.map((slot) => [slot, newCounters()]));
  readonly #policies: Partial<Record<DriveSlot, ErrorPolicies>>;
  /** Whether a failure is about to stop the guest; it may still ask for more until its turn is over. */
  stopping = false;
  /** Told of every request of the guest that fails. */
  onFailure: (slot: DriveSlot, failure: DiskFailure) => void = () => {};

  constructor(open: ImageOpener, policies: Partial<Record<DriveSlot, ErrorPolicies>> = {}) {
    this.#open = open;
    this.#policies = policies;
  }

  /** Opens the image of a slot and gives what v86 takes for a disk. */
  buffer(slot: DriveSlot, medium: MediumSpec): DriveBuffer {
    const open = openMedium(medium, this.#open);
    const { image } = open;
    this.#buffers.get(slot)?.image.close();
    const floppyDrive = slot === 'fda' || slot === 'fdb';
    const policies = floppyDrive ? floppyPolicies : (this.#policies[slot] ?? defaultPolicies);
    const drives = this;
    const buffer = new DriveBuffer(open, this.countersOf(slot), policies, {
      get stopping() {
        return drives.stopping;
      },
      failed(failure) {
        if (failure.action === 'stop') drives.stopping = true;
        drives.onFailure(slot, failure);
      },
    });
    this.#buffers.set(slot, { image, buffer });
    return buffer;
  }

  /** What the guest's requests go through, for a BIOS that carries them out. */
  bufferOf(slot: DriveSlot): DriveBuffer | undefined {
    return this.#buffers.get(slot)?.buffer;
  }

  image(slot: DriveSlot): DiskImage | undefined {
    return this.#buffers.get(slot)?.image;
  }

  countersOf(slot: DriveSlot): DriveCounters {
    const counters = this.#counters.get(slot);
    if (counters === undefined) throw new Error(`no drive ${slot}`);
    counters.idleTime = this.#buffers.get(slot)?.buffer.idleTime;
    return counters;
  }

  info(slot: DriveSlot): MediumInfo | undefined {
    const image = this.image(slot);
    return image === undefined ? undefined : { size: image.size, readOnly: image.readOnly };
  }

  /** Puts another medium into a removable drive. The guest notices it as it would with a real one. */
  insert(devices: V86Devices, slot: DriveSlot, medium: MediumSpec): MediumInfo {
    const buffer = this.buffer(slot, medium);
    const image = this.image(slot);
    if (slot === 'cdrom') devices.cdrom?.set_cdrom?.(buffer);
    else floppy(devices, slot)?.insert_disk(buffer, image?.readOnly ?? false);
    return { size: image?.size ?? 0, readOnly: image?.readOnly ?? true };
  }

  /** Takes the medium out of a removable drive. */
  remove(devices: V86Devices, slot: DriveSlot): void {
    if (slot === 'cdrom') devices.cdrom?.eject?.();
    else floppy(devices, slot)?.eject_disk();
    this.image(slot)?.close();
    this.#buffers.delete(slot);
  }

  /** Brings what was written to safety. What fails is counted; the guest has not asked for it. */
  flush(): void {
    for (const [slot, { image }] of this.#buffers) {
      if (image.readOnly) continue;
      const counters = this.countersOf(slot);
      try {
        image.flush();
        counters.flushOperations += 1;
      } catch {
        counters.failedFlushes += 1;
      }
    }
  }

  close(): void {
    for (const { image } of this.#buffers.values()) closeQuietly(image);
    this.#buffers.clear();
  }
}

function closeQuietly(image: DiskImage): void {
  try {
    image.close();
  } catch {
    // The machine is over; there is nobody to tell.
  }
}

function floppy(devices: V86Devices, slot: DriveSlot) {
  return devices.fdc?.drives[slot === 'fda' ? 0 : 1];
}
