import type { HumanParameter } from 'qmp/monitor';
import type { Host } from '../commands/host.js';

/** What was typed, by parameter name, as text. A flag is `'on'`, an integer its decimal value. */
export type HmpArguments = Readonly<Record<string, string | undefined>>;

/** What a command prints: whole lines, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: most commands print nothing
export type HmpOutput = string | void;

/** One command of this machine's human monitor. */
export interface HmpCommand {
  /** The name and its aliases. */
  readonly names: readonly string[];
  /** How the arguments are shown in the help. */
  readonly usage?: string;
  readonly help: string;
  readonly parameters?: readonly HumanParameter[];
  /** What an argument can be, for completion of the word at `index`, counted from 1. */
  readonly complete?: (index: number, host: Host) => readonly string[];
  /** @throws {MachineError} printed as `Error: …`. */
  readonly run: (args: HmpArguments, host: Host) => HmpOutput | Promise<HmpOutput>;
}
