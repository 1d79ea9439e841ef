import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Waits for the process id, then for a word. The word means that the process ended by itself. The end of its input
 * without one means that we are gone, however that came: then it kills the process.
 */
const script = 'trap "" HUP INT TERM; read -r pid || exit 0; read -r word || kill -9 "$pid"';

/**
 * A shell of a few hundred kilobytes beside a process of ours that ends it when we are killed. QEMU does not end by
 * itself when its monitor goes, and no handler of ours runs on SIGKILL; the system closes our end of the pipe in any case.
 */
export class Guard {
  readonly #shell: ChildProcess;
  readonly #gone: Promise<unknown>;

  constructor() {
    // Detached: a Ctrl-C or a hangup for our group must not take the guard before what it guards.
    this.#shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    this.#gone = once(this.#shell, 'close').catch(() => undefined);
    this.#shell.stdin?.on('error', () => {});
  }

  /** Names the process to guard. */
  watch(pid: number): void {
    this.#shell.stdin?.write(`${pid}\n`);
  }

  /** Dismisses the guard; its process is gone when this resolves. */
  async dismiss(): Promise<void> {
    this.#shell.stdin?.end('done\n');
    await this.#gone;
  }
}
