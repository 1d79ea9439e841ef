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
