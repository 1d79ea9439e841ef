import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/qmp-machine.js', import.meta.url));

/** The program `qmp-machine`, run for a test. */
export class Program {
  readonly process: ChildProcessWithoutNullStreams;
  stdout = '';
  stderr = '';
  /** Resolves with the exit code when the program is over. */
  readonly exit: Promise<number | null>;
  readonly #waiting = new Set<() => void>();

  constructor(...args: readonly string[]) {
    this.process = spawn(process.execPath, [PROGRAM, ...args]);
    this.process.stdout.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
      this.#check();
    });
    this.process.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
      this.#check();
    });
    this.exit = new Promise((resolve) => {
      this.process.on('close', resolve);
    });
  }

  type(text: string): void {
    this.process.stdin.write(text);
  }

  /** Waits until standard output or error has the text. */
  prints(text: string): Promise<void> {
    return this.until(() => this.stdout.includes(text) || this.stderr.includes(text), text);
  }

  until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => finish(new Error(`waited 20 s for ${what}: ${JSON.stringify([this.stdout, this.stderr])}`)),
        20_000,
      );
      const check = () => {
        if (condition()) finish();
      };
      const finish = (error?: Error) => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        if (error === undefined) resolve();
        else reject(error);
      };
      this.#waiting.add(check);
    });
  }

  /** Ends it whatever it does. */
  async kill(): Promise<void> {
    if (this.process.exitCode === null) this.process.kill('SIGKILL');
    await this.exit;
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }
}
