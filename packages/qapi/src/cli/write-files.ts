import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OutputFile } from '../backend/output.js';

/** Writes the files whose text changed, and returns their paths. */
export function writeFiles(directory: string, files: readonly OutputFile[]): string[] {
  const changed = files
    .map((file) => ({ path: join(directory, file.path), bytes: Buffer.from(file.text) }))
    .filter(({ path, bytes }) => !holds(path, bytes));
  for (const { path, bytes } of changed) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return changed.map((file) => file.path);
}

/** Whether a file has this content already. */
function holds(path: string, bytes: Buffer): boolean {
  try {
    return statSync(path).size === bytes.length && readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}
