/** Paths as text: the compiler knows of files only what its reader tells. A path is separated by `/`. */

/** The directory part of a path, without the final `/`; empty when the path has none. */
export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash === -1) return '';
  return slash === 0 ? '/' : path.slice(0, slash);
}

/** Joins a directory and a path; an absolute path stays as it is. Nothing is normalised. */
export function join(directory: string, path: string): string {
  if (directory === '' || path.startsWith('/')) return path;
  return directory.endsWith('/') ? directory + path : `${directory}/${path}`;
}

/** Removes `.`, empty and `name/..` parts. */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    const last = parts[parts.length - 1];
    if (part !== '..' || last === undefined || last === '..') parts.push(part);
    else parts.pop();
  }
  const joined = parts.join('/');
  return path.startsWith('/') ? `/${joined.replace(/^(\.\.\/?)+/, '')}` : joined || '.';
}

/** A path as seen from a directory. */
export function relative(directory: string, path: string): string {
  const from = directory === '' ? [] : normalize(directory).split('/').filter(isStep);
  const to = normalize(path).split('/').filter(isStep);
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}

function isStep(part: string): boolean {
  return part !== '' && part !== '.';
}
