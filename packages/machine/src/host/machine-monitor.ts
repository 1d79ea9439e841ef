import { closeSync } from 'node:fs';
import type { JsonObject } from 'qmp/json';
import {
  type Command,
  type CompatPolicy,
  createMonitor,
  type HumanMonitor,
  type Monitor,
  type MonitorClock,
} from 'qmp/monitor';
import type { ObjectOptions } from '../api/index.js';
import { BlockDevices, type DriveSpec } from '../block/devices.js';
import { ChardevTable } from '../chardevs/table.js';
import { addDevice } from '../commands/devices.js';
import type { Host } from '../commands/host.js';
import { machineCommands } from '../commands/index.js';
import { MachineInput } from '../commands/machine-input.js';
import { Descriptors } from '../descriptors/descriptors.js';
import type { DriveSlot } from '../emulator/drives.js';
import { machineHumanMonitor } from '../hmp/human-monitor.js';
import { GuestDump } from '../jobs/dump.js';
import { Jobs } from '../jobs/jobs.js';
import { Snapshots } from '../jobs/snapshots.js';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';
import { Migration } from '../migration/migration.js';
import { UserObjects } from '../qom/objects.js';
import { checkMonitorCommands, machineEvents } from '../schema/handlers.js';
import { monitorVersion } from './version.js';

/** What the monitors of a machine tell besides what the machine knows itself. */
export interface MachineMonitorOptions {
  /** `query-name`. */
  readonly name?: string;
  /** `query-uuid`. @default all zeros */
  readonly uuid?: string;
  /** The media that the machine was made with. */
  readonly media?: Partial<Record<DriveSlot, DriveSpec>>;
  /** The chardevs that `query-chardev` lists. */
  readonly chardevs?: ChardevTable;
  /** How deprecated and unstable interfaces are treated (`-compat`). @default everything is accepted */
  readonly compat?: CompatPolicy;
  /** What happens when a policy says `crash`. @default the monitor closes, without a reply */
  readonly crash?: (reason: string) => void;
  /**
   * Given: only what configures the machine is permitted until `x-exit-preconfig`, which calls this (`-preconfig`).
   * @default everything is permitted
   */
  readonly preconfig?: () => void;
  /** Times events. @default the system's */
  readonly clock?: MonitorClock;
  /**
   * Waits for the state of another machine, as `-incoming` does: its address, or `defer` until `migrate-incoming` names
   * one. The machine must not have been started.
   */
  readonly incoming?: string;
  /** Takes what QEMU prints to the terminal that it was started from. @default nobody reads it */
  readonly report?: (message: string) => void;
}

/** The two ways to operate a machine. */
export interface MachineMonitor {
  /** QMP. Attach chardevs or serve listeners. */
  readonly qmp: Monitor;
  /** The human monitor. */
  readonly human: HumanMonitor;
  /**
   * Adds a device, as `-device` does.
   *
   * @throws {MachineError} when it cannot be added.
   */
  addDevice(options: JsonObject): Promise<void>;
  /** Resolves when the machine waits at the address of {@link MachineMonitorOptions.incoming}; rejects when it cannot. */
  readonly waiting: Promise<void>;
  /** Makes an object, as `object-add` does. @throws {MachineError} when it cannot be made. */
  readonly addObject: (options: ObjectOptions) => Promise<void>;
}

export const NO_UUID = '00000000-0000-0000-0000-000000000000';

/** Puts a machine behind its monitors: all commands of its schema, and its events. */
export function createMachineMonitor(machine: Machine, options: MachineMonitorOptions = {}): MachineMonitor {
  const block = new BlockDevices(machine, options.media ?? {});
  const chardevs = options.chardevs ?? new ChardevTable();
  const descriptors = new Descriptors(closeSync);
  void machine.finished.then(() => descriptors.close());
  const host: Host = {
    descriptors,
    machine,
    block,
    chardevs,
    objects: new UserObjects(chardevs, (clients, how) => qmp.serve(clients, how)),
    dump: new GuestDump(machine),
    input: new MachineInput(machine),
    portClients: new Map(),
    jobs: new Jobs((id, status) => machine.emit('JOB_STATUS_CHANGE', { id, status })),
    snapshots: new Snapshots(machine, block),
    migration: new Migration(machine, options.incoming !== undefined, options.report ?? (() => {})),
    version: monitorVersion,
    name: options.name,
    uuid: options.uuid ?? NO_UUID,
    exitPreconfig: () => {
      if (!qmp.preconfig) throw new MachineError('The command is permitted only before machine initialization');
      qmp.preconfig = false;
      options.preconfig?.();
    },
    runHumanCommand: (line) => human.execute(line),
  };
  const human = machineHumanMonitor(host);
  const qmp = createMonitor({
    version: monitorVersion,
    commands: machineCommands(host).map((command) => (command.name === 'quit' ? closing(command, () => qmp) : command)),
    memberOrder: 'qemu',
    lateReplies: 'next-client',
    events: machineEvents(),
    preconfig: options.preconfig !== undefined,
    compat: options.compat ?? {},
    ...(options.crash === undefined ? {} : { crash: options.crash }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  checkMonitorCommands(qmp.commands);
  machine.onEvent(({ name, data }) => qmp.emit(name, data));
  const waiting =
    options.incoming === undefined || options.incoming === 'defer'
      ? Promise.resolve()
      : host.migration.receive(options.incoming);
  waiting.catch(() => {});
  return {
    qmp,
    human,
    waiting,
    addDevice: (device) => addDevice(host, device, false),
    addObject: (object) => host.objects.add(object),
  };
}

/** A command after whose reply the monitor answers nothing more. */
function closing(command: Command, monitor: () => Monitor): Command {
  return {
    ...command,
    handler: (args, context) => {
      context.afterReply(() => void monitor().close());
      return command.handler(args, context);
    },
  };
}
