import { rmSync, writeFileSync } from 'node:fs';
import { waitingLine } from 'qmp/chardev';
import type { Monitor } from 'qmp/monitor';
import { type ChardevListener, QmpError } from 'qmp/protocol';
import type { ObjectOptions } from '../api/index.js';
import { serveSerialPort } from '../chardevs/serial-backend.js';
import { ChardevTable } from '../chardevs/table.js';
import { fileProblem } from '../commands/files.js';
import { createMachineMonitor, type MachineMonitor } from '../host/machine-monitor.js';
import { launchMachine } from '../machine/create.js';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';
import { CommandLineError } from './arguments.js';
import { bootOrderOf, findBios, readKernel } from './boot.js';
import { openProblem } from './chardev-problems.js';
import { type ChardevUse, serveUsers } from './chardev-users.js';
import type { ChardevConfig, Config } from './config-types.js';
import { welcome } from './welcome.js';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Runs a machine until it is over: `quit`, a signal, or the guest turned itself off.
 *
 * @returns the exit code.
 */
export async function runMachine(config: Config, program: string): Promise<number> {
  const stopped = new AbortController();
  const chardevs = new ChardevTable();
  const machine = launchMachine({
    memory: config.memory,
    serialPorts: config.serial.length,
    actions: config.actions,
    media: config.media,
    nic: config.nic,
    ...deviceOptions(config),
    ...bootOptions(config),
  });
  let monitor: Monitor | undefined;
  const onSignal = (signal: keyof typeof SIGNALS) => {
    process.stderr.write(`${program}: terminating on signal ${SIGNALS[signal]}\n`);
    stopped.abort();
    machine.quit('host-signal');
  };
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  try {
    await openChardevs(config, chardevs, program, stopped.signal);
    if (stopped.signal.aborted) return 0;
    if (config.pidFile !== undefined) writeProcessId(config.pidFile);
    welcome(config);
    let configured = () => {};
    const configuration = new Promise<void>((resolve) => {
      configured = resolve;
    });
    const connected = connect(config, machine, chardevs, program, configured);
    const { qmp, waiting } = connected;
    monitor = qmp;
    await addPorts(config, connected);
    for (const options of config.objects) await make(options, connected.addObject);
    if (config.preconfig) await Promise.race([configuration, machine.finished]);
    if (machine.over) return await machine.finished;
    if (config.incoming !== undefined) await receive(machine, config, waiting);
    else if (!config.paused) await start(machine);
    return await machine.finished;
  } finally {
    await monitor?.close();
    await chardevs.close();
    await machine.destroy();
    if (config.pidFile !== undefined) rmSync(config.pidFile, { force: true });
    for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
  }
}

function writeProcessId(path: string): void {
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch (error) {
    throw new CommandLineError(`cannot create PID file: Cannot open pid file: ${fileProblem(error)}`);
  }
}

async function make(options: ObjectOptions, add: MachineMonitor['addObject']): Promise<void> {
  try {
    await add(options);
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    throw new CommandLineError(`-object ${options['qom-type']},id=${options.id}: ${error.message}`);
  }
}

/** Waits for the state of another machine; the rest happens when it comes. */
async function receive(machine: Machine, { incoming, paused }: Config, waiting: Promise<void>): Promise<void> {
  if (paused) await machine.pause();
  try {
    await waiting;
  } catch (error) {
    throw new CommandLineError(`-incoming ${incoming}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function start(machine: Machine): Promise<void> {
  const started = machine.resume();
  started.catch(() => {});
  await machine.ready.catch((error: Error) => {
    throw new CommandLineError(error.message);
  });
  await started;
}

function deviceOptions({ devices: { virtioSerial, debugExit } }: Config) {
  return {
    ...(virtioSerial === undefined ? {} : { virtioSerial }),
    ...(debugExit === undefined ? {} : { debugExit }),
  };
}

/** Adds the ports that the command line asks for. */
async function addPorts({ devices: { ports } }: Config, monitor: MachineMonitor): Promise<void> {
  for (const { option, properties } of ports)
    try {
      await monitor.addDevice(properties);
    } catch (error) {
      if (error instanceof MachineError) throw new CommandLineError(`${option}: ${error.message}`);
      throw error;
    }
}

/** A kernel goes first, then disks that can be booted from; with neither the built-in guest starts. */
function bootOptions({ bios: name, firmwareFolders, kernel, media, bootOrder }: Config) {
  const images = readKernel(kernel);
  const bios = findBios(name, firmwareFolders);
  if (images?.modules !== undefined && bios !== undefined)
    throw new CommandLineError('a multiboot kernel cannot be started by another BIOS', 'Leave out -bios and -L.');
  if (images !== undefined) return bios === undefined ? { kernel: images } : { kernel: images, bios };
  if (bios !== undefined) return bootOrder === undefined ? { bios } : { bios, bootOrder };
  const order = bootOrderOf(media, bootOrder);
  return order === undefined ? {} : { bootOrder: order };
}

/** Opens the chardevs in order; one that listens and waits holds everything back until its client came. */
async function openChardevs(
  config: Config,
  chardevs: ChardevTable,
  program: string,
  signal: AbortSignal,
): Promise<void> {
  for (const chardevConfig of config.chardevs) {
    const { id, spec, option } = chardevConfig;
    const forQmp = config.monitors.some((monitor) => monitor.chardev === id && monitor.mode === 'control');
    const chardev = await explain(chardevConfig, chardevs.open(id, spec, forQmp));
    const server = spec.backend === 'socket' && spec.server;
    if (server && !spec.wait) continue;
    if (server) process.stderr.write(`${program}: ${option}: ${waitingLine(chardev.listener)}\n`);
    try {
      await explain(chardevConfig, chardev.waitForClient(signal));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (signal.aborted) return;
  }
}

async function explain<T>({ option, spec }: ChardevConfig, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (QmpError.is(error)) throw new CommandLineError(`${option}: ${openProblem(spec, error)}`, error.hint);
    throw error;
  }
}

/** Puts monitors and serial ports on their chardevs. */
function connect(
  config: Config,
  machine: Machine,
  chardevs: ChardevTable,
  program: string,
  configured: () => void,
): MachineMonitor {
  const { name, uuid, media, compat, incoming } = config;
  const connected = createMachineMonitor(machine, {
    ...(name === undefined ? {} : { name }),
    uuid,
    media,
    chardevs,
    compat,
    crash: () => process.abort(),
    ...(config.preconfig ? { preconfig: configured } : {}),
    ...(incoming === undefined ? {} : { incoming }),
    report: (message) => process.stderr.write(`${program}: ${message}\n`),
  });
  const { qmp, human } = connected;
  const users: ChardevUse[] = [];
  for (const [index, id] of config.serial.entries()) {
    const port = machine.serialPorts[index];
    if (id !== undefined && port !== undefined)
      users.push({
        id,
        label: `serial${index}`,
        kind: 'serial',
        serve: (clients, hangsUp) => serveSerialPort(port, clients, hangsUp),
      });
  }
  for (const [index, { chardev: id, mode, pretty }] of config.monitors.entries()) {
    const serve = (clients: ChardevListener) =>
      mode === 'control' ? qmp.serve(clients, { pretty }) : human.serve(clients);
    users.push({ id, label: `compat_monitor${index}`, kind: 'monitor', serve });
  }
  for (const chardev of chardevs) serveUsers(chardev, users, () => machine.quit());
  return connected;
}
