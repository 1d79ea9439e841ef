import type { DiskImage } from '../emulator/image.js';

/** The part of a worker's global scope that is used: it reads blobs at once. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

const CLUSTER = 65536;

/**
 * A raw image in a blob, which may be a file of the user that is too big for memory. What is written is kept in memory;
 * a flush makes a new blob of both.
 */
export class BlobImage implements DiskImage {
  readonly size: number;
  readonly readOnly: boolean;
  readonly #save: (blob: Blob) => void;
  readonly #written = new Map<number, Uint8Array<ArrayBuffer>>();
  readonly #reader = new FileReaderSync();
  #blob: Blob;

  /** @param save takes what the image has become. */
  constructor(blob: Blob, readOnly: boolean, save: (blob: Blob) => void) {
    this.#blob = blob;
    this.size = blob.size;
    this.readOnly = readOnly;
    this.#save = save;
  }

  read(offset: number, length: number): Uint8Array {
    const data = new Uint8Array(length);
    data.set(this.#readBlob(offset, offset + length));
    for (let index = Math.floor(offset / CLUSTER); index * CLUSTER < offset + length; index++) {
      const cluster = this.#written.get(index);
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
      const cluster = this.#written.get(index) ?? this.#cluster(index);
      cluster.set(data.subarray(done, done + length), within);
      this.#written.set(index, cluster);
      done += length;
    }
  }

  flush(): void {
    if (this.#written.size === 0) return;
    const parts: (Blob | Uint8Array<ArrayBuffer>)[] = [];
    let end = 0;
    for (const [index, cluster] of [...this.#written].sort(([a], [b]) => a - b)) {
      parts.push(this.#blob.slice(end, index * CLUSTER), cluster.subarray(0, this.size - index * CLUSTER));
      end = (index + 1) * CLUSTER;
    }
    parts.push(this.#blob.slice(end));
    this.#blob = new Blob(parts);
    this.#written.clear();
    this.#save(this.#blob);
  }

  close(): void {
    this.flush();
  }

  #cluster(index: number): Uint8Array<ArrayBuffer> {
    const cluster = new Uint8Array(CLUSTER);
    cluster.set(this.#readBlob(index * CLUSTER, (index + 1) * CLUSTER));
    return cluster;
  }

  #readBlob(start: number, end: number): Uint8Array {
    return new Uint8Array(this.#reader.readAsArrayBuffer(this.#blob.slice(start, end)));
  }
}
