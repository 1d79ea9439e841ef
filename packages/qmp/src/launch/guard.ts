import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { ExitStatus } from './exit.js';

/**
 * Waits for the process id, then for a word. The word means that the process ended by itself. The end of its input
 * without one means that we are gone, however that came: then it kills the process.
 */
const script = 'trap "" HUP INT TERM; read -r pid || exit 0; read -r word || kill -9 "$pid"';

/** The name under which the shell that becomes the program reports that it could not. */
const LAUNCHER = 'qmp-launch';

/** Names itself to the guard, whose input it has as its own, and becomes the program. */
const announce = 'echo $$ >&0; exec "$@" </dev/null';

/**
 * A shell of a few hundred kilobytes beside a process of ours that ends it when we are killed. QEMU does not end by
 * itself when its monitor goes, and no handler of ours runs on SIGKILL; the system closes our end of the pipe in any case.
 *
 * The process names itself before it becomes the program, and holds the guard's input until then: there is no moment at
 * which we could be killed and the guard not know, or not learn, what to end.
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

  /** What the guarded process needs as its standard input; it gives it up when it becomes the program. */
  get input(): Writable | null {
    return this.#shell.stdin;
  }

  /** The command that starts a program under guard. */
  static command(program: string, args: readonly string[]): [string, string[]] {
    return ['/bin/sh', ['-c', announce, LAUNCHER, program, ...args]];
  }

  /** Why a program under guard was not started, as Node would say it; undefined for one that was. */
  static reasonNotStarted({ code, stderr }: ExitStatus): 'ENOENT' | 'EACCES' | undefined {
    if ((code !== 126 && code !== 127) || !stderr.startsWith(`${LAUNCHER}: `)) return undefined;
    return code === 127 ? 'ENOENT' : 'EACCES';
  }

  /** Dismisses the guard; its process is gone when this resolves. */
  async dismiss(): Promise<void> {
    this.#shell.stdin?.end('done\n');
    await this.#gone;
  }
}
