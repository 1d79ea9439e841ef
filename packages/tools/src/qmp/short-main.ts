import { processIo } from '../cli/process-io.js';
import { runProgram } from '../cli/program.js';
import { guestClientSpec } from './specs/guest.js';
import { qomToolSpecs } from './specs/qom.js';

const specs = { ...qomToolSpecs, 'qemu-ga-client': guestClientSpec };

/** Runs one of the short names, `qom-list` and its like, and resolves with the exit code. */
export function main(name: keyof typeof specs, argv: readonly string[]): Promise<number> {
  return runProgram(specs[name], argv, processIo());
}
