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

const CLUSTER = 65536;

/** Keeps what is written in memory, over an image that is only read (`snapshot=on`). */
export class OverlayImage implements DiskImage {
  readonly size: number;
  readonly readOnly = false;
  readonly #base: DiskImage;
  readonly #clusters = new Map<number, Uint8Array>();

  constructor(base: DiskImage) {
    this.#base = base;
    this.size = base.size;
  }

  read(offset: number, length: number): Uint8Array {
    const data = this.#base.read(offset, length);
    for (let index = Math.floor(offset / CLUSTER); index * CLUSTER < offset + length; index++) {
      const cluster = this.#clusters.get(index);
      if (cluster === undefined) continue;
      const from = Math.max(offset, index * CLUSTER);
      const to = Math.min(offset + length, (index + 1) * CLUSTER);
      data.set(cluster.subarray(from - index * CLUSTER, to - index * CLUSTER), from - offset);
    }
    return data;
  }

  write(offset: number, data: Uint8Array): void {
    for (let done = 0; done < data.length; ) {
      const index = Math.floor((offset + done) / CLUSTER);
      const within = offset + done - index * CLUSTER;
      const length = Math.min(CLUSTER - within, data.length - done);
      const cluster = this.#clusters.get(index) ?? this.#base.read(index * CLUSTER, CLUSTER);
      cluster.set(data.subarray(done, done + length), within);
      this.#clusters.set(index, cluster);
      done += length;
    }
  }

  flush(): void {}

  close(): void {
    this.#base.close();
  }
}
