import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

/** A real monitor on the standard streams of a QEMU without a machine. */
export class RealMonitor {
  readonly #child: ChildProcessWithoutNullStreams;
  #output = '';
  #wanted = '';
  #found: () => void = () => {};

  constructor() {
    const args = '-machine none -nodefaults -display none -S -qmp stdio'.split(' ');
    this.#child = spawn('qemu-system-x86_64', args);
    this.#child.stdout.setEncoding('latin1').on('data', (text: string) => {
      this.#output += text;
      if (this.#output.endsWith(this.#wanted)) this.#found();
    });
  }

  /** Sends bytes and returns what comes until a text ends it. */
  async exchange(input: Uint8Array, until: string): Promise<string> {
    this.#output = '';
    this.#wanted = until;
    const found = new Promise<void>((resolve, reject) => {
      this.#found = resolve;
      this.#child.once('exit', (code, signal) => reject(new Error(`QEMU ended with ${code ?? signal}`)));
    });
    this.#child.stdin.write(input);
    await found;
    this.#child.removeAllListeners('exit');
    return this.#output.slice(0, -until.length);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill();
    await closed;
  }
}
