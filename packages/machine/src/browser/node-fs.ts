/** Stands for `node:fs` and `node:fs/promises` in a page, as far as the monitor uses them, over {@link files}. */
import { joinBytes } from '../commands/png.js';
import { files, noSuchFile } from './files.js';

function existing(name: string): Blob {
  const blob = files.get(name);
  if (blob === undefined) throw noSuchFile(name);
  return blob;
}

export function statSync(name: string): { readonly size: number } {
  return { size: existing(name).size };
}

/** Nobody can pass an open file to a page. */
export function closeSync(): void {}

export function existsSync(name: string): boolean {
  return files.get(name) !== undefined;
}

export async function readFile(name: string): Promise<Uint8Array> {
  return new Uint8Array(await existing(name).arrayBuffer());
}

export async function writeFile(name: string, bytes: Uint8Array): Promise<void> {
  files.set(name, bytes);
}

export async function unlink(name: string): Promise<void> {
  existing(name);
  files.delete(name);
}

interface WrittenFile {
  write(part: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file to be written anew. It is there when it is closed. */
export async function open(name: string): Promise<WrittenFile> {
  const parts: Uint8Array[] = [];
  return {
    async write(part) {
      parts.push(part.slice());
    },
    async close() {
      files.set(name, joinBytes(parts));
    },
  };
}
