import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listenChardev } from 'qmp/chardev';
import { parseCompat } from 'qmp/monitor';
import { createMachineMonitor, launchMachine } from 'qmp-machine';
import { haltRom } from '../inject.js';
import { SkippingClock } from '../reference/clock.js';
import { listenForInjection } from '../reference/injection.js';
import type { ReferenceLaunch } from '../reference/main.js';

/**
 * Reads a launch file and gives the command line of `qmp-machine` that is such a server. Its processor halts, as a
 * machine without a guest does nothing by itself; `-machine` is left out, since there is only the PC.
 */
export function commandLine(file: string, launch: ReferenceLaunch): string[] {
  const pretty = launch.pretty ? ',pretty=on' : '';
  const monitors = launch.sockets.flatMap((path, index) => [
    ...['-chardev', `socket,id=m${index},path=${path},server=on,wait=off`],
    ...['-mon', `chardev=m${index},mode=control${pretty}`],
  ]);
  const rom = join(dirname(file), 'halt.rom');
  writeFileSync(rom, haltRom());
  const { args = [], compat } = launch;
  const others = args.filter((word, index) => word !== '-machine' && args[index - 1] !== '-machine');
  return [
    ...['-display', 'none', '-bios', rom],
    ...(launch.run ? [] : ['-S']),
    ...(compat === undefined ? [] : ['-compat', compat]),
    ...monitors,
    ...others,
  ];
}

/** A machine whose events a test may cause and whose time it may skip, which no command line offers. */
export async function startInjectable(launch: ReferenceLaunch): Promise<void> {
  const { sockets, injectSocket, pretty = false, compat } = launch;
  const machine = launchMachine({ bios: { system: haltRom() } });
  const clock = new SkippingClock();
  const { qmp } = createMachineMonitor(machine, { clock, ...(compat && { compat: parseCompat(compat) }) });
  await machine.resume();
  const injection = injectSocket === undefined ? undefined : listenForInjection(injectSocket, qmp, clock);
  for (const path of sockets) {
    void qmp.serve(await listenChardev(`unix:${path},server=on,wait=off`), { pretty });
  }
  await machine.finished;
  injection?.close();
  await qmp.close();
  await machine.destroy();
}

/** Serves until the process is ended. @returns the command line that is left to `qmp-machine`, if it can do that. */
export async function main(file: string): Promise<string[] | undefined> {
  const launch = JSON.parse(readFileSync(file, 'utf8')) as ReferenceLaunch;
  if (launch.server === 'qsd') throw new Error('the embedded PC is no storage daemon');
  if (!launch.inject) return commandLine(file, launch);
  await startInjectable(launch);
  return undefined;
}
