import { processIo } from '../cli/process-io.js';
import { runProgram } from '../cli/program.js';
import { qmpShellSpec } from './spec.js';

/** Runs `qmp-shell` and resolves with its exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return runProgram(qmpShellSpec, argv, processIo());
}
