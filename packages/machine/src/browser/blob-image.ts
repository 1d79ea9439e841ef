import type { DiskImage } from '../emulator/image.js';
import { WrittenClusters } from '../emulator/written-clusters.js';

/** The part of a worker's global scope that is used: it reads blobs at once. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/**
 * A raw image in a blob, which may be a file of the user that is too big for memory. What is written is kept in memory;
 * a flush makes a new blob of both.
 */
export class BlobImage implements DiskImage {
  readonly size: number;
  readonly readOnly: boolean;
  readonly #save: (blob: Blob) => void;
  readonly #written = new WrittenClusters((offset, length) => this.#readBlob(offset, length));
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
    return this.#written.read(offset, length);
  }

  write(offset: number, data: Uint8Array): void {
    this.#written.write(offset, data);
  }

  flush(): void {
    if (this.#written.size === 0) return;
    const parts: (Blob | Uint8Array<ArrayBuffer>)[] = [];
    let end = 0;
    for (const piece of this.#written.pieces()) {
      parts.push(this.#blob.slice(end, piece.start), piece.data.subarray(0, this.size - piece.start));
      end = piece.end;
    }
    parts.push(this.#blob.slice(end));
    this.#blob = new Blob(parts);
    this.#written.clear();
    this.#save(this.#blob);
  }

  close(): void {
    this.flush();
  }

  /** Reads the blob; beyond its end there are zeros. */
  #readBlob(offset: number, length: number): Uint8Array {
    const data = new Uint8Array(length);
    data.set(new Uint8Array(this.#reader.readAsArrayBuffer(this.#blob.slice(offset, offset + length))));
    return data;
  }
}
