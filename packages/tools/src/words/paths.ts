import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Word } from './word.js';

/** Paths that go on from what is typed: folders with a slash at their end, and files that fit. */
export function paths(typed: string, sockets: boolean): Word[] {
  const scheme = sockets ? (/^unix:/.exec(typed)?.[0] ?? '') : '';
  const path = typed.slice(scheme.length);
  const parent = path.slice(0, path.lastIndexOf('/') + 1);
  const start = path.slice(parent.length);
  const folder = parent === '' ? '.' : parent.replace(/^~(?=\/)/, homedir());
  return namesIn(folder)
    .filter((name) => name.startsWith(start) && (start !== '' || !name.startsWith('.')))
    .flatMap((name) => {
      const kind = kindOf(`${folder}/${name}`);
      if (kind === 'folder') return [{ text: `${scheme}${parent}${name}/`, note: '' }];
      return sockets && kind !== 'socket' ? [] : [{ text: scheme + parent + name, note: '' }];
    });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function kindOf(path: string): 'folder' | 'socket' | 'other' {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return 'folder';
    return stats.isSocket() ? 'socket' : 'other';
  } catch {
    return 'other';
  }
}
