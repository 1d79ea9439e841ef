import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPrinted, type OutputFile } from '../backend/output.js';

/** Writes the files whose text changed, and returns their paths. */
export function writeFiles(directory: string, files: readonly OutputFile[]): string[] {
  const written: string[] = [];
  for (const file of files) {
    const target = join(directory, file.path);
    const bytes = encode(file);
    if (holds(target, bytes)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    written.push(target);
  }
  return written;
}

/** The bytes of a file. */
function encode(file: OutputFile): Buffer {
  if (!isPrinted(file)) return Buffer.from(file.text);
  let length = 0;
  for (let index = 0; index < file.parts.length; index++) length += file.parts[index]?.length ?? 0;
  // A UTF-16 unit takes three bytes at most; what is not used is never touched.
  const bytes = Buffer.allocUnsafeSlow(3 * length);
  let end = 0;
  for (let index = 0; index < file.parts.length; index++) end += bytes.write(file.parts[index] ?? '', end);
  return bytes.subarray(0, end);
}

/** Whether a file has this content already. */
function holds(path: string, bytes: Buffer): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === bytes.length && readFileSync(path).equals(bytes);
}
