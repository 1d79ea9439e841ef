import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { LONGEST_DELAY } from '../client/clock.js';
import { QmpError } from '../protocol/errors.js';
import type { ExitStatus } from './exit.js';
import { Guard } from './guard.js';
import type { LaunchOptions } from './options.js';

/** How long the rest of standard error may take after the process ended: a child of its own may hold it open. */
const stderrGrace = 200;

/** A running QEMU with the other end of its monitor. */
export class Child {
  readonly binary: string;
  readonly pid: number;
  /** Our end of the socket pair; paused. */
  readonly monitor: Socket;
  /** Resolves when the process and its guard are gone. */
  readonly exited: Promise<ExitStatus>;
  readonly #process: ChildProcess;
  #stderr = '';

  private constructor(
    process: ChildProcess,
    pid: number,
    monitor: Socket,
    binary: string,
    exited: Promise<ExitStatus>,
  ) {
    this.#process = process;
    this.pid = pid;
    this.monitor = monitor;
    this.binary = binary;
    this.exited = exited;
  }

  /** The end of what it wrote to standard error so far. */
  get stderr(): string {
    return this.#stderr;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /**
   * Starts the program with its monitor on descriptor 3.
   *
   * @throws {QmpError} QMP_LAUNCH_FAILED when it cannot be started.
   */
  static async start(binary: string, args: readonly string[], options: LaunchOptions): Promise<Child> {
    const { stdout = 'ignore', fds = [], guard = true } = options;
    const watcher = guard && globalThis.process.platform !== 'win32' ? new Guard() : undefined;
    const stdin = watcher?.input ?? 'ignore';
    const stdio: StdioOptions = [stdin, typeof stdout === 'string' ? stdout : 'pipe', 'pipe', 'pipe', ...fds];
    const [program, argv] = watcher === undefined ? [binary, args] : Guard.command(binary, args);
    const started = spawn(program, argv, { stdio, env: options.env, cwd: options.cwd });
    if (started.pid === undefined) {
      const error = await new Promise<Error & { code?: string }>((resolve) => started.once('error', resolve));
      await watcher?.dismiss();
      throw cannotStart(binary, error.code, options.cwd, error);
    }
    const monitor = started.stdio[3];
    if (!(monitor instanceof Socket)) throw new QmpError('QMP_UNSUPPORTED', 'this platform gives no socket pair');
    monitor.pause();
    const exited = waitForExit(started, () => child.#stderr).then(async (exit) => {
      await watcher?.dismiss();
      return exit;
    });
    const child: Child = new Child(started, started.pid, monitor, binary, exited);
    child.#collect(options);
    return child;
  }

  #collect(options: LaunchOptions): void {
    const limit = options.stderrLimit ?? 65_536;
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-limit);
      options.onStderr?.(text);
    });
    if (typeof options.stdout === 'function') this.#process.stdout?.setEncoding('utf8').on('data', options.stdout);
  }
}

async function waitForExit(child: ChildProcess, stderr: () => string): Promise<ExitStatus> {
  const closed = child.stderr === null ? Promise.resolve() : streamEnd(child.stderr);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
  });
  await within(closed, stderrGrace);
  child.stderr?.destroy();
  return { code, signal, stderr: stderr() };
}

function streamEnd(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once('close', resolve));
}

/** Waits, but not longer than so many milliseconds; tells whether it happened. */
export async function within(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, Math.min(milliseconds, LONGEST_DELAY), false);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The error of a program that the system did not start. */
export function cannotStart(
  binary: string,
  code: string | undefined,
  cwd: string | undefined,
  cause?: Error,
): QmpError {
  const details = cause === undefined ? {} : { cause };
  if (cwd !== undefined && !existsSync(cwd)) {
    return new QmpError('QMP_LAUNCH_FAILED', `cannot start ${binary}: there is no directory ${cwd}`, details);
  }
  const known: Readonly<Record<string, string>> = { ENOENT: 'there is no such program', EACCES: 'permission denied' };
  const why = known[code ?? ''] ?? cause?.message ?? code;
  return new QmpError('QMP_LAUNCH_FAILED', `cannot start ${binary}: ${why}`, {
    ...details,
    hint: 'Install it (Debian: apt-get install qemu-system-x86), or name another with {binary}.',
  });
}
