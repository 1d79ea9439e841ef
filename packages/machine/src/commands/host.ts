import type { ChardevListener, VersionInfo } from 'qmp/protocol';
import type { BlockDevices } from '../block/devices.js';
import type { ChardevTable } from '../chardevs/table.js';
import type { Descriptors } from '../descriptors/descriptors.js';
import type { GuestDump } from '../jobs/dump.js';
import type { Jobs } from '../jobs/jobs.js';
import type { Snapshots } from '../jobs/snapshots.js';
import type { Machine } from '../machine/machine.js';
import type { Migration } from '../migration/migration.js';
import type { UserObjects } from '../qom/objects.js';
import type { MachineInput } from './machine-input.js';

/** Everything that commands, of QMP or of the human monitor, work on. */
export interface Host {
  readonly machine: Machine;
  readonly version: VersionInfo;
  readonly chardevs: ChardevTable;
  readonly objects: UserObjects;
  readonly descriptors: Descriptors;
  readonly block: BlockDevices;
  readonly dump: GuestDump;
  readonly input: MachineInput;
  /** The chardevs of virtio serial ports, by the ports' numbers. */
  readonly portClients: Map<number, ChardevListener>;
  readonly jobs: Jobs;
  readonly snapshots: Snapshots;
  readonly migration: Migration;
  /** `-name`. */
  readonly name: string | undefined;
  readonly uuid: string;
  /**
   * Ends what `-preconfig` began.
   *
   * @throws {MachineError} when the machine is configured already.
   */
  exitPreconfig(): void;
  /** Runs a line of the human monitor and gives what it prints. */
  runHumanCommand(line: string): Promise<string>;
}
