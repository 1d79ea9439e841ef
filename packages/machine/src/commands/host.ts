import type { VersionInfo } from 'qmp/protocol';
import type { ChardevTable } from '../chardevs/table.js';
import type { Machine } from '../machine/machine.js';

/** Everything that commands, of QMP or of the human monitor, work on. */
export interface Host {
  readonly machine: Machine;
  readonly version: VersionInfo;
  readonly chardevs: ChardevTable;
  /** `-name`. */
  readonly name: string | undefined;
  readonly uuid: string;
  /** Runs a line of the human monitor and gives what it prints. */
  runHumanCommand(line: string): Promise<string>;
}
