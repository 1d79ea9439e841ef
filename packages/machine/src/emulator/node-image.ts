import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { type DiskImage, type MediumSpec, OverlayImage } from './image.js';

/** A raw image in a file. What was written is in the operating system's hands when the call returns. */
class FileImage implements DiskImage {
  readonly size: number;
  readonly readOnly: boolean;
  readonly #fd: number;

  constructor(path: string, readOnly: boolean) {
    this.#fd = openSync(path, readOnly ? constants.O_RDONLY : constants.O_RDWR);
    this.readOnly = readOnly;
    this.size = fstatSync(this.#fd).size;
  }

  read(offset: number, length: number): Uint8Array {
    const data = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.#fd, data, done, length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return data;
  }

  write(offset: number, data: Uint8Array): void {
    for (let done = 0; done < data.length; ) done += writeSync(this.#fd, data, done, data.length - done, offset + done);
  }

  flush(): void {
    if (!this.readOnly) fdatasyncSync(this.#fd);
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }
}

/**
 * Opens a raw image.
 *
 * @throws {Error} the system's, when it cannot be opened.
 */
export function openFileImage({ file, readOnly, snapshot }: MediumSpec): DiskImage {
  const image = new FileImage(file, readOnly || snapshot);
  return snapshot ? new OverlayImage(image) : image;
}
