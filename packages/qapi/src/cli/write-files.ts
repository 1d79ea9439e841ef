import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OutputFile } from '../backend/output.js';

/** Writes the files whose text changed, and returns their paths. */
export function writeFiles(directory: string, files: readonly OutputFile[]): string[] {
  const written: string[] = [];
  for (const { path, text } of files) {
    const target = join(directory, path);
    if (holds(target, text)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    written.push(target);
  }
  return written;
}

/** Whether a file has this content already. */
function holds(path: string, text: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) return false;
  const bytes = Buffer.from(text);
  return stat.size === bytes.length && readFileSync(path).equals(bytes);
}
