import { type FSWatcher, watch as watchDirectory } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { SchemaError } from './errors.js';
import type { ExitCode, RunResult } from './subcommand.js';

/** Editors write a file in several steps: a run waits until they are through. In milliseconds. */
const SETTLE = 50;

/** Runs now and whenever one of the files changes, until SIGINT or SIGTERM. Failures are reported and waited out. */
export async function watch(run: () => Promise<RunResult>, report: (error: unknown) => ExitCode): Promise<ExitCode> {
  const changes = new Changes();
  let files: readonly string[] = [];
  while (!changes.stopped) {
    try {
      ({ files } = await run());
    } catch (error) {
      report(error);
      if (error instanceof SchemaError && Array.isArray(error.cause)) files = error.cause;
      else if (files.length === 0) break;
    }
    const changed = changes.next(files);
    process.stderr.write(`qapi-gen: watching ${files.length} files\n`);
    await changed;
  }
  changes.close();
  return changes.stopped ? 0 : 2;
}

/** Waits for changes of files. Directories are watched, since editors replace files. */
class Changes {
  stopped = false;
  #watchers: FSWatcher[] = [];
  #wake: (() => void) | undefined;
  readonly #stop = () => {
    this.stopped = true;
    this.#wake?.();
  };

  constructor() {
    process.once('SIGINT', this.#stop).once('SIGTERM', this.#stop);
  }

  /** Resolves some time after one of the files changed, or at once when stopped. */
  async next(files: readonly string[]): Promise<void> {
    this.#unwatch();
    if (this.stopped) return;
    const changed = new Promise<void>((wake) => {
      this.#wake = wake;
    });
    const byDirectory = new Map<string, Set<string>>();
    for (const file of files) {
      const directory = dirname(resolve(file));
      byDirectory.set(directory, (byDirectory.get(directory) ?? new Set()).add(basename(file)));
    }
    for (const [directory, names] of byDirectory) {
      this.#watchers.push(watchDirectory(directory, (_event, name) => names.has(name ?? '') && this.#wake?.()));
    }
    await changed;
    if (!this.stopped) await new Promise((settled) => setTimeout(settled, SETTLE));
  }

  close(): void {
    this.#unwatch();
    process.off('SIGINT', this.#stop).off('SIGTERM', this.#stop);
  }

  #unwatch(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }
}
