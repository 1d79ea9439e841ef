import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A QEMU for a test, in a folder of its own. */
export interface TestQemu extends AsyncDisposable {
  readonly folder: string;
  readonly unix: string;
  readonly tcp: string;
  readonly process: ChildProcess;
  /** Resolves when the process has ended. */
  readonly exited: Promise<void>;
}

/**
 * Starts QEMU with two QMP monitors, on a unix socket and on tcp, and waits until both listen. In the folder of a QEMU
 * that has ended it takes over that one's unix socket.
 */
export async function startQemu(
  args: readonly string[] = ['-M', 'none'],
  options: { pretty?: boolean; folder?: string } = {},
): Promise<TestQemu> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'qmp-tools-')));
  const unix = join(folder, 'qmp.sock');
  // What a killed QEMU left behind would look like a monitor that listens.
  await rm(unix, { force: true });
  const port = await freePort();
  const mode = `mode=control,pretty=${options.pretty === true ? 'on' : 'off'}`;
  const monitors = [
    ['-chardev', `socket,id=unix,path=${unix},server=on,wait=off`, '-mon', `chardev=unix,${mode}`],
    ['-chardev', `socket,id=tcp,host=127.0.0.1,port=${port},server=on,wait=off`, '-mon', `chardev=tcp,${mode}`],
  ].flat();
  const child = spawn(
    'qemu-system-x86_64',
    ['-nodefaults', '-display', 'none', '-accel', 'tcg', ...args, ...monitors],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !existsSync(unix); tries++) {
    if (child.exitCode !== null || tries > 1000) {
      await stop();
      throw new Error(`QEMU did not start: ${complaint}`);
    }
    await delay(10);
  }
  return { folder, unix, tcp: `127.0.0.1:${port}`, process: child, exited, [Symbol.asyncDispose]: stop };
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
