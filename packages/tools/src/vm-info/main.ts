import { processIo } from '../cli/process-io.js';
import { runProgram } from '../cli/program.js';
import { vmInfoSpec } from './spec.js';

/** Runs `vm-info` and resolves with its exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return runProgram(vmInfoSpec, argv, processIo());
}
