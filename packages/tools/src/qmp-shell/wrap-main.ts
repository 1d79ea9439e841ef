import { processIo } from '../cli/process-io.js';
import { runProgram } from '../cli/program.js';
import { qmpShellWrapSpec } from './spec.js';

/** Runs `qmp-shell-wrap` and resolves with its exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return runProgram(qmpShellWrapSpec, argv, processIo());
}
