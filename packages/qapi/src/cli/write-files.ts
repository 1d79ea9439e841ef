import { closeSync, mkdirSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPrinted, type OutputFile } from '../backend/output.js';

/** Writes the files whose text changed, and returns their paths. */
export function writeFiles(directory: string, files: readonly OutputFile[]): string[] {
  const written: string[] = [];
  const encoder = new Encoder(files);
  for (const file of files) {
    const target = join(directory, file.path);
    const bytes = encoder.encode(file);
    if (holds(target, bytes)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    written.push(target);
  }
  return written;
}

/** Turns texts into bytes, one file after the other in the same memory. */
class Encoder {
  readonly #bytes: Buffer;

  constructor(files: readonly OutputFile[]) {
    // A UTF-16 unit takes three bytes at most; what is not used is never touched.
    this.#bytes = Buffer.allocUnsafeSlow(3 * Math.max(0, ...files.map(lengthOf)));
  }

  /** The bytes of a file, until the next one is encoded. */
  encode(file: OutputFile): Buffer {
    const bytes = this.#bytes;
    const parts = isPrinted(file) ? file.parts : [file.text];
    let end = 0;
    for (let index = 0; index < parts.length; index++) end += bytes.write(parts[index] ?? '', end);
    return bytes.subarray(0, end);
  }
}

function lengthOf(file: OutputFile): number {
  return isPrinted(file) ? file.parts.reduce((length, part) => length + part.length, 0) : file.text.length;
}

/** How much of a file is compared at a time. */
const BLOCK = 64 * 1024;

/** Whether a file has this content already. */
function holds(path: string, bytes: Buffer): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() !== true || stat.size !== bytes.length) return false;
  const block = Buffer.allocUnsafe(BLOCK);
  const file = openSync(path, 'r');
  try {
    for (let at = 0; at < bytes.length; ) {
      const count = readSync(file, block, 0, BLOCK, at);
      if (count === 0 || block.compare(bytes, at, at + count, 0, count) !== 0) return false;
      at += count;
    }
    return true;
  } finally {
    closeSync(file);
  }
}
