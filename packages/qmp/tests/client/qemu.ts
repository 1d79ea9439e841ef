import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ConnectOptions, connect, type QmpClient, QmpError } from 'qmp';
import type { Api } from 'qmp/api/v7_2';

/** A real QEMU for one test, with its monitor on a unix socket in a folder of its own. */
export class Qemu implements AsyncDisposable {
  readonly folder: string;
  readonly process: ChildProcess;
  readonly socket: string;
  stderr = '';

  private constructor(folder: string, args: readonly string[], program: string) {
    this.folder = folder;
    this.socket = join(folder, 'qmp.sock');
    this.process = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.process.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
  }

  static async start(args: readonly string[] = ['-M', 'none'], pretty = false): Promise<Qemu> {
    const folder = mkdtempSync(join(tmpdir(), 'qmp-client-'));
    const socket = join(folder, 'qmp.sock');
    const monitor = ['-chardev', `socket,id=m,path=${socket},server=on,wait=off`];
    const mode = `chardev=m,mode=control${pretty ? ',pretty=on' : ''}`;
    const expanded = args.map((arg) => arg.replaceAll('{folder}', folder));
    const qemu = new Qemu(
      folder,
      ['-display', 'none', '-nodefaults', ...monitor, '-mon', mode, ...expanded],
      'qemu-system-x86_64',
    );
    while (!existsSync(socket)) {
      if (qemu.process.exitCode !== null) throw new Error(`QEMU ended: ${qemu.stderr}`);
      await delay(10);
    }
    return qemu;
  }

  /** Connects; a socket that exists already but is not listened on yet is tried again. */
  async connect(options?: ConnectOptions): Promise<QmpClient<Api>> {
    for (;;) {
      try {
        return await connect<Api>(this.socket, options);
      } catch (error) {
        if (!QmpError.is(error) || error.code !== 'QMP_CONNECT_FAILED' || this.process.exitCode !== null) throw error;
        await delay(10);
      }
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs a test with a QEMU and a client of it, and ends both. */
export async function withQemu(
  args: readonly string[],
  use: (vm: QmpClient<Api>, qemu: Qemu) => Promise<void>,
  options?: ConnectOptions,
): Promise<void> {
  const qemu = await Qemu.start(args);
  try {
    const vm = await qemu.connect(options);
    try {
      await use(vm, qemu);
    } finally {
      vm.destroy();
    }
  } finally {
    await qemu[Symbol.asyncDispose]();
  }
}
