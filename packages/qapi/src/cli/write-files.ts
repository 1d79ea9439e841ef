import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OutputFile } from '../backend/output.js';

/** Writes the files whose text changed, and returns their paths. */
export function writeFiles(directory: string, files: readonly OutputFile[]): string[] {
  const changed = files
    .map((file) => ({ ...file, path: join(directory, file.path) }))
    .filter((file) => currentText(file.path) !== file.text);
  for (const { path, text } of changed) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return changed.map((file) => file.path);
}

function currentText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
