import type { CommandSpec } from '../cli/command-spec.js';
import { processIo } from '../cli/process-io.js';
import { runProgram } from '../cli/program.js';
import { eventsSpec, execSpec, hmpSpec, waitSpec } from './specs/basic.js';

/** The part of `qmp` that scripts start again and again: a bundle of its own, half as large, which starts faster. */
const lightSpec: CommandSpec = {
  name: 'qmp',
  summary: 'operate virtual machines over the QEMU Machine Protocol',
  examples: [],
  commands: [execSpec, eventsSpec, waitSpec, hmpSpec],
};

/** Runs `qmp` with one of these commands and resolves with its exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return runProgram(lightSpec, argv, processIo());
}
