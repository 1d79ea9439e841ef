/** What was put in the place of a file: bytes, or a `Blob` such as a file that the user chose. */
export type FileContents = Uint8Array | Blob;

/**
 * The files of a page: what commands that name a file read and write, for a browser has none. Kept as blobs, which other
 * threads share without copying.
 */
export class MachineFiles {
  readonly #blobs = new Map<string, Blob>();
  readonly #watchers = new Set<(name: string, blob: Blob) => void>();

  /** The names of all files. */
  get names(): string[] {
    return [...this.#blobs.keys()];
  }

  /** What is in a file; undefined when there is none. */
  get(name: string): Blob | undefined {
    return this.#blobs.get(name);
  }

  /** Puts contents under a name, in place of what was there. */
  set(name: string, contents: FileContents): void {
    const blob = contents instanceof Blob ? contents : new Blob([contents.slice()]);
    this.#blobs.set(name, blob);
    for (const watcher of this.#watchers) watcher(name, blob);
  }

  delete(name: string): void {
    this.#blobs.delete(name);
  }

  /** Tells of all files there are, and of each that is written. @returns a function that stops it. */
  watch(watcher: (name: string, blob: Blob) => void): () => void {
    for (const [name, blob] of this.#blobs) watcher(name, blob);
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** The files of this page. */
export const files: MachineFiles = new MachineFiles();

/** The error that a file system gives for a file that is not there. */
export function noSuchFile(name: string): Error {
  return Object.assign(new Error(`ENOENT: no such file or directory, open '${name}'`), { code: 'ENOENT' });
}
