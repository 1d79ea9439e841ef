import { processIo } from '../cli/process-io.js';
import { runProgram } from '../cli/program.js';
import { qomToolSpecs } from './specs/qom.js';

/** Runs `qom-list` and its like and resolves with the exit code. */
export function main(name: keyof typeof qomToolSpecs, argv: readonly string[]): Promise<number> {
  return runProgram(qomToolSpecs[name], argv, processIo());
}
