import { WrittenClusters } from './written-clusters.js';

/** The bytes of a disk. Calls return when the work is done; each thread has its own emulator to hold up. */
export interface DiskImage {
  /** Bytes. */
  readonly size: number;
  readonly readOnly: boolean;
  /** Reads; beyond the end there are zeros. */
  read(offset: number, length: number): Uint8Array;
  write(offset: number, data: Uint8Array): void;
  /** Brings everything to where a power failure does not reach it. */
  flush(): void;
  close(): void;
}

/** How to open the image of a medium. */
export interface MediumSpec {
  /** A path in Node. */
  readonly file: string;
  readonly readOnly: boolean;
  /** Writes go to memory and are forgotten. */
  readonly snapshot: boolean;
  /** Instead of a file: so many bytes of zeros, which forget what is written (`null-co`). */
  readonly zeros?: number;
  /** Faults to inject (`blkdebug`), the innermost ones first. */
  readonly faults?: readonly Faults[];
  /** How commands name the image, when not by its file. */
  readonly label?: string;
}

/** What an image is asked to do, as rules for faults name it. The names are QEMU's. */
export type FaultEvent = 'read_aio' | 'write_aio' | 'flush_to_os' | 'flush_to_disk' | 'none';
export type FaultOperation = 'read' | 'write' | 'flush';

/** When requests fail. */
export interface Faults {
  readonly inject: readonly FaultRule[];
  readonly states: readonly StateRule[];
}

export interface FaultRule {
  /** `none`: whatever is asked. */
  readonly event: FaultEvent;
  /** Only in this state; 0 is any. States begin with 1. */
  readonly state: number;
  /** Only this kind of request. */
  readonly operation?: FaultOperation;
  /** The system's number of the error. */
  readonly errno: number;
  /** Only requests that touch this sector of 512 bytes. */
  readonly sector?: number;
  /** Only one request fails. */
  readonly once: boolean;
}

/** Goes on to another state when something is asked. */
export interface StateRule {
  readonly event: FaultEvent;
  /** Only in this state; 0 is any. */
  readonly state: number;
  readonly newState: number;
}

export type ImageOpener = (spec: MediumSpec) => DiskImage;

/** Keeps what is written in memory, over an image that is only read (`snapshot=on`). */
export class OverlayImage implements DiskImage {
  readonly size: number;
  readonly readOnly = false;
  readonly #base: DiskImage;
  readonly #written: WrittenClusters;

  constructor(base: DiskImage) {
    this.#base = base;
    this.size = base.size;
    this.#written = new WrittenClusters((offset, length) => base.read(offset, length));
  }

  read(offset: number, length: number): Uint8Array {
    return this.#written.read(offset, length);
  }

  write(offset: number, data: Uint8Array): void {
    this.#written.write(offset, data);
  }

  flush(): void {}

  close(): void {
    this.#base.close();
  }
}
