import { basename } from 'node:path';
import type { Api as NewestApi } from '../api/index.js';
import { adoptSocket } from '../chardev/index.js';
import { type Api, connect } from '../client/index.js';
import { observed } from '../observe.js';
import { QmpError } from '../protocol/errors.js';
import { Child, cannotStart } from './child.js';
import { describeExit, ExitError } from './exit.js';
import { Guard } from './guard.js';
import { checkOptions, type LaunchOptions } from './options.js';
import { ProcessChardev } from './process-chardev.js';
import { LaunchedVm } from './vm.js';

/**
 * Starts QEMU with its monitor on a socket that it inherits, and resolves when the session is running. Nothing of it is
 * on disk, and nobody else can reach it.
 *
 * The process ends with this one, also when this one is killed.
 *
 * @throws {QmpError} QMP_LAUNCH_FAILED when the program cannot be started or ends before its monitor is ready: then an
 * {@link ExitError} with its exit code and standard error. Otherwise what `connect` throws; the process is ended first.
 *
 * @example
 * await using vm = await launch({ args: ['-M', 'q35', '-display', 'none'] });
 * await vm.client.execute('query-status');
 */
export async function launch<A extends Api = NewestApi>(options: LaunchOptions = {}): Promise<LaunchedVm<A>> {
  checkOptions(options);
  const { binary = 'qemu-system-x86_64', signal } = options;
  if (signal?.aborted) throw aborted(binary, signal);
  const child = await Child.start(binary, [...(options.args ?? []), ...monitorArguments(binary)], options);
  const name = basename(binary);
  const exited = child.exited.then((exit) => {
    return new ExitError('QMP_DISCONNECTED', `${name} (pid ${child.pid}) ${describeExit(exit)}`, exit);
  });
  const chardev = new ProcessChardev(adoptSocket(child.monitor, `${name} (pid ${child.pid})`, 'unix'), exited);
  try {
    const connecting = { ...options.connect, ...(signal === undefined ? {} : { signal }) };
    const client = await connect<A>(options.wrap?.(chardev) ?? chardev, observed(connecting));
    return new LaunchedVm<A>(client, child, options.shutdown ?? {});
  } catch (error) {
    throw await startFailed(child, name, error, options.cwd);
  }
}

/** QEMU's system emulators and its storage daemon name the same thing differently. */
function monitorArguments(binary: string): readonly string[] {
  if (basename(binary).startsWith('qemu-storage-daemon')) {
    return ['--chardev', 'socket,id=launch0,fd=3', '--monitor', 'chardev=launch0'];
  }
  return ['-chardev', 'socket,id=launch0,fd=3', '-mon', 'chardev=launch0,mode=control'];
}

async function startFailed(child: Child, name: string, error: unknown, cwd: string | undefined): Promise<unknown> {
  const byItself = error instanceof QmpError && causes(error).some((cause) => cause instanceof ExitError);
  if (!byItself) child.signal('SIGKILL');
  const exit = await child.exited;
  if (!byItself) return error;
  const reason = Guard.reasonNotStarted(exit);
  if (reason !== undefined) return cannotStart(child.binary, reason, cwd);
  return new ExitError('QMP_LAUNCH_FAILED', `${name} ${describeExit(exit)} before its monitor was ready`, exit);
}

function causes(error: unknown): unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

function aborted(binary: string, signal: AbortSignal): QmpError {
  return new QmpError('QMP_ABORTED', `starting ${binary} was aborted`, { cause: signal.reason });
}
