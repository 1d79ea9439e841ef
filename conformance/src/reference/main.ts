import { readFileSync } from 'node:fs';
import { listenChardev } from 'qmp/chardev';
import { createMonitor, type Monitor, parseCompat } from 'qmp/monitor';
import type { Launch } from '../case.js';
import { SkippingClock } from './clock.js';
import { referenceHuman } from './human.js';
import { listenForInjection } from './injection.js';
import { PretendedMachine } from './machine.js';
import { checkBuiltin, schemaCommands } from './schema.js';
import { qemuVersion } from './version.js';

/** A launch object, completed by the runner. */
export interface ReferenceLaunch extends Launch {
  readonly sockets: readonly string[];
  readonly injectSocket?: string;
  /** Order of members inside results. @default 'qemu' */
  readonly memberOrder?: 'given' | 'qemu';
  /**
   * Whether open files that clients pass are received, which costs two system calls more for each read.
   * @default `fresh`: what is passed stays, so that a case that passes something wants a server of its own
   */
  readonly receiveFds?: boolean;
  /** Milliseconds, see `OpenOptions.poll`. @default 0.1 */
  readonly poll?: number;
  /** Clients at a time on each socket. @default 1 */
  readonly clients?: number;
}

/** Starts a reference monitor: QEMU 7.2's whole schema, with handlers that answer once the arguments are right. */
export async function startReference(launch: ReferenceLaunch): Promise<Monitor> {
  const { args = [], sockets, compat, pretty = false, injectSocket } = launch;
  const clock = new SkippingClock();
  const daemon = launch.server === 'qsd';
  const program = daemon ? 'storage-daemon' : 'system';
  const name = option(args, '-name');
  const machine = new PretendedMachine({
    monitors: sockets.map((_, index) => `m${index}`),
    running: launch.run === true || launch.inject === true,
    ...(name !== undefined && { name }),
  });
  const monitor = createMonitor({
    version: qemuVersion,
    ...schemaCommands(program, daemon ? daemonHandlers(machine) : systemHandlers(machine)),
    memberOrder: launch.memberOrder ?? 'qemu',
    lateReplies: 'next-client',
    preconfig: args.includes('--preconfig') || args.includes('-preconfig'),
    clock,
    crash: () => process.exit(134),
    ...(compat !== undefined && { compat: parseCompat(compat) }),
    ...(launch.clients !== undefined && { limits: { sessions: launch.clients * sockets.length + 1 } }),
  });
  checkBuiltin(program, monitor.commands);
  machine.monitor = monitor;
  const injection = launch.inject && injectSocket ? listenForInjection(injectSocket, monitor, clock) : undefined;
  machine.onQuit = () => {
    injection?.close();
    void monitor.close().then(() => process.exit(0));
  };
  for (const path of sockets) {
    const listener = await listenChardev(`unix:${path},server=on,wait=off`, {
      receiveFds: (launch.receiveFds ?? launch.fresh) === true ? 'if-possible' : false,
      poll: launch.poll ?? 0.1,
    });
    void monitor.serve(listener, { pretty, clients: launch.clients ?? 1 });
  }
  return monitor;
}

/** Reads the launch file that the command line names, and serves until the process is ended. */
export async function main(args: readonly string[]): Promise<void> {
  const [file] = args;
  if (file === undefined) throw new Error('usage: node conformance/reference-monitor.mjs LAUNCH.json');
  await startReference(JSON.parse(readFileSync(file, 'utf8')) as ReferenceLaunch);
}

function systemHandlers(machine: PretendedMachine) {
  return { ...machine.handlers(), 'human-monitor-command': referenceHuman(machine).qmpCommand().handler };
}

/** The storage daemon has neither run states nor events of them. */
function daemonHandlers(machine: PretendedMachine) {
  return {
    ...machine.handlers(),
    quit: (_args: unknown, { afterReply }: { afterReply(callback: () => void): void }) =>
      afterReply(() => machine.onQuit()),
  };
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}
