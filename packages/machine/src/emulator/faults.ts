import type { DiskImage, FaultEvent, FaultOperation, FaultRule, Faults, ImageOpener, MediumSpec } from './image.js';

const SECTOR = 512;

/** What the system calls its errors, as far as faults are likely to be. */
const CODES: Readonly<Record<number, string>> = {
  1: 'EPERM',
  5: 'EIO',
  13: 'EACCES',
  22: 'EINVAL',
  28: 'ENOSPC',
  30: 'EROFS',
  110: 'ETIMEDOUT',
};

/** A request to an image failed on purpose. */
export class InjectedFault extends Error {
  /** As Node's file system gives it. */
  readonly code: string;

  constructor(errno: number) {
    super(`Unknown error ${errno}`);
    this.code = CODES[errno] ?? 'UNKNOWN';
  }
}

/** An open image, as the guest sees it, and what is below its faults. */
export interface OpenMedium {
  readonly image: DiskImage;
  readonly bottom: DiskImage;
}

/** Opens an image with all that lies above the file. */
export function openMedium(spec: MediumSpec, open: ImageOpener): OpenMedium {
  const bottom = spec.zeros === undefined ? open(spec) : new ZeroImage(spec.zeros, spec.readOnly);
  const image = (spec.faults ?? []).reduce<DiskImage>((below, faults) => new FaultyImage(below, faults), bottom);
  return { image, bottom };
}

/** Zeros, whatever is written. */
class ZeroImage implements DiskImage {
  readonly size: number;
  readonly readOnly: boolean;

  constructor(size: number, readOnly: boolean) {
    this.size = size;
    this.readOnly = readOnly;
  }

  read(_offset: number, length: number): Uint8Array {
    return new Uint8Array(length);
  }

  write(): void {}

  flush(): void {}

  close(): void {}
}

/** An image some of whose requests fail, as rules say. */
export class FaultyImage implements DiskImage {
  readonly size: number;
  readonly readOnly: boolean;
  readonly #image: DiskImage;
  readonly #faults: Faults;
  readonly #used = new Set<FaultRule>();
  #state = 1;

  constructor(image: DiskImage, faults: Faults) {
    this.#image = image;
    this.#faults = faults;
    this.size = image.size;
    this.readOnly = image.readOnly;
  }

  read(offset: number, length: number): Uint8Array {
    this.#ask('read', ['read_aio'], offset, length);
    return this.#image.read(offset, length);
  }

  write(offset: number, data: Uint8Array): void {
    this.#ask('write', ['write_aio'], offset, data.length);
    this.#image.write(offset, data);
  }

  flush(): void {
    this.#ask('flush', ['flush_to_os', 'flush_to_disk'], 0, this.size);
    this.#image.flush();
  }

  close(): void {
    this.#image.close();
  }

  /** @throws {InjectedFault} when a rule says so. */
  #ask(operation: FaultOperation, events: readonly FaultEvent[], offset: number, length: number): void {
    const fault = this.#faults.inject.find(
      (rule) =>
        !this.#used.has(rule) &&
        (rule.event === 'none' || events.includes(rule.event)) &&
        (rule.state === 0 || rule.state === this.#state) &&
        (rule.operation === undefined || rule.operation === operation) &&
        (rule.sector === undefined || touches(rule.sector, offset, length)),
    );
    const change = this.#faults.states.find(
      ({ event, state }) => events.includes(event) && (state === 0 || state === this.#state),
    );
    if (change !== undefined) this.#state = change.newState;
    if (fault === undefined) return;
    if (fault.once) this.#used.add(fault);
    throw new InjectedFault(fault.errno);
  }
}

function touches(sector: number, offset: number, length: number): boolean {
  return sector * SECTOR < offset + length && (sector + 1) * SECTOR > offset;
}
