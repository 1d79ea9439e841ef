import type { CommandSpec } from '../cli/command-spec.js';
import { processIo } from '../cli/process-io.js';
import { runProgram } from '../cli/program.js';
import { qmpSpec } from './spec.js';

/** Code that needs the specs of all programs, and so cannot be named in one of them. */
const loaders: Readonly<Record<string, NonNullable<CommandSpec['load']>>> = {
  completion: () => import('./commands/completion.js'),
  man: () => import('./commands/man.js'),
};

/** Runs `qmp` and resolves with its exit code. */
export function main(argv: readonly string[]): Promise<number> {
  const commands = qmpSpec.commands?.map((spec) => {
    const load = loaders[spec.name];
    return load === undefined ? spec : { ...spec, load };
  });
  return runProgram({ ...qmpSpec, ...(commands === undefined ? {} : { commands }) }, argv, processIo());
}
