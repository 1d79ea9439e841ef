import { parseCommandLine } from './command-line.js';
import { findCommand, SUBCOMMANDS } from './commands.js';
import { SchemaError, UsageError } from './errors.js';
import { commandHelp, generalHelp } from './help.js';
import { nearest } from './nearest.js';
import type { ExitCode } from './subcommand.js';
import { watch } from './watch.js';

/**
 * Runs `qapi-gen` and resolves with its exit code: 0 when all is well, 1 when the schema has findings or two schemas are
 * incompatible, 2 when the command line is wrong or a file or server cannot be used.
 */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  try {
    return await run(argv);
  } catch (error) {
    return report(error);
  }
}

/** Prints why a run failed. An error that is neither the user's nor the schema's is a bug and goes on. */
function report(error: unknown): ExitCode {
  if (error instanceof SchemaError) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  if (error instanceof UsageError || isSystemError(error)) {
    process.stderr.write(`qapi-gen: ${error.message}\n`);
    return 2;
  }
  throw error;
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

async function run([name, ...rest]: readonly string[]): Promise<ExitCode> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const command = findCommand(rest[0]);
    process.stdout.write(command && name === 'help' ? commandHelp(command) : generalHelp(SUBCOMMANDS));
    return name === undefined ? 2 : 0;
  }
  const command = findCommand(name);
  if (!command) throw new UsageError(unknownCommand(name));
  const { options, operands } = parseCommandLine(rest, command.options);
  if (options.help) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  const once = () => command.run(operands, options);
  if (options.watch) return watch(once, report);
  return (await once()).exitCode;
}

function unknownCommand(name: string): string {
  const names = SUBCOMMANDS.map((command) => command.name);
  const near = nearest(name, names);
  return `unknown command "${name}"${near ? `, did you mean "${near}"?` : ''} Commands: ${names.join(', ')}.`;
}
