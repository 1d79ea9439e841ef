import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** An embedded PC for a test, in a folder of its own. */
export interface TestMachine extends AsyncDisposable {
  readonly folder: string;
  readonly unix: string;
}

/** Starts the embedded PC with a QMP monitor on a unix socket, and waits until it listens. */
export async function startMachine(args: readonly string[] = []): Promise<TestMachine> {
  const folder = await mkdtemp(join(tmpdir(), 'qmp-pc-'));
  const unix = join(folder, 'pc.sock');
  const program = fileURLToPath(new URL('../../../machine/bin/qmp-machine.js', import.meta.url));
  const monitor = ['-qmp', `unix:${unix},server=on,wait=off`, '-serial', 'null', '-display', 'none'];
  const child = spawn(process.execPath, [program, ...monitor, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !existsSync(unix); tries++) {
    if (child.exitCode !== null || tries > 3000) {
      await stop();
      throw new Error(`the embedded PC did not start: ${complaint}`);
    }
    await delay(10);
  }
  return { folder, unix, [Symbol.asyncDispose]: stop };
}
