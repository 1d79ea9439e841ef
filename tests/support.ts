/** What the tests of the whole product share: programs started as a user starts them, and waited for by what they print. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The root of the repository. Compiled tests live one folder below `tests`. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A running program with everything it has printed so far. */
export class Program {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #wake: () => void = () => {};

  constructor(command: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    this.process = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: 'pipe',
      detached: true,
    });
    this.process.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
      this.#wake();
    });
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
      this.#wake();
    });
    this.exited = new Promise((resolve) => {
      this.process.on('exit', (code, signal) => {
        this.#wake();
        resolve({ code, signal });
      });
    });
  }

  /** Signals the program and whatever it started, as a terminal does. */
  kill(signal: NodeJS.Signals): void {
    try {
      if (this.process.pid !== undefined) process.kill(-this.process.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Types a text, as a person would. */
  type(text: string): void {
    this.process.stdin?.write(text);
  }

  /** Waits until the program has printed something that matches, on either stream. */
  async sees(pattern: RegExp, milliseconds = 20_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!pattern.test(this.stdout + this.stderr)) {
      const ended = this.process.exitCode ?? this.process.signalCode;
      assert.ok(ended === null, `ended (${ended}) before it printed ${pattern}:\n${this.stdout}${this.stderr}`);
      const left = deadline - Date.now();
      assert.ok(left > 0, `did not print ${pattern} in ${milliseconds} ms:\n${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 200));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** Starts a program that the end of the test kills, should it still run. */
export function start(t: TestContext, command: string, args: readonly string[], cwd?: string): Program {
  const program = new Program(command, args, cwd === undefined ? {} : { cwd });
  t.after(async () => {
    program.kill('SIGKILL');
    await program.exited;
  });
  return program;
}

/** Runs a program to its end and returns what it printed; fails the test with its output when it exits with an error. */
export async function run(command: string, args: readonly string[], cwd = root): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile(command, args, { cwd, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')} failed (${error.code}):\n${stdout}${stderr}`));
    });
  });
}

/** A new folder that the end of the test removes. */
export async function scratch(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qmp-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until somebody listens on a port of this machine. */
export async function listening(port: number, host = 'localhost', milliseconds = 20_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host });
      socket.on('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    assert.ok(Date.now() < deadline, `nobody listens on ${host}:${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
