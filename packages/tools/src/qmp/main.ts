import type { CommandSpec } from '../cli/command-spec.js';
import { completeWord } from '../cli/completion-script.js';
import { processIo } from '../cli/process-io.js';
import { runProgram } from '../cli/program.js';
import { qmpSpec } from './spec.js';

/** Code that needs the specs of all programs, and so cannot be named in one of them. */
const loaders: Readonly<Record<string, NonNullable<CommandSpec['load']>>> = {
  completion: () => import('./commands/completion.js'),
  man: () => import('./commands/man.js'),
};

/** Runs `qmp` and resolves with its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === completeWord) return (await import('./commands/complete.js')).runComplete(argv.slice(1), processIo());
  const commands = qmpSpec.commands?.map((spec) => {
    const load = loaders[spec.name];
    return load === undefined ? spec : { ...spec, load };
  });
  return runProgram({ ...qmpSpec, ...(commands === undefined ? {} : { commands }) }, argv, processIo());
}
