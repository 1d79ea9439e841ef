import { Command, CommanderError, Option } from 'commander';
import {
  type CommandSpec,
  commonOptions,
  type Invocation,
  type Io,
  type OptionSpec,
  type OptionValue,
  synopsis,
} from './command-spec.js';
import { exitCode } from './exit-code.js';
import { exitCodeOf, failureText } from './failure.js';
import { toolsVersion } from './version.js';

/**
 * Reads a command line by its spec and runs what it asks for.
 *
 * @returns the exit code. Errors are printed, not thrown.
 */
export async function runProgram(spec: CommandSpec, argv: readonly string[], io: Io): Promise<number> {
  let running: { tool: string; result: Promise<number> } | undefined;
  const program = build(only(spec, argv), spec.name, io, (call, load) => {
    running = { tool: call.tool, result: load().then((loaded) => loaded.run(call)) };
  });
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    throw error;
  }
  if (running === undefined) return exitCode.done;
  try {
    return await running.result;
  } catch (error) {
    io.errors.write(failureText(running.tool, error, io.env));
    return exitCodeOf(error);
  }
}

/** The tree without the branches that this command line does not enter: a parser for forty commands takes time. */
function only(spec: CommandSpec, argv: readonly string[]): CommandSpec {
  const chosen = spec.commands?.find((command) => command.name === argv[0]);
  return chosen === undefined ? spec : { ...spec, commands: [only(chosen, argv.slice(1))] };
}

type Start = (call: Invocation, load: NonNullable<CommandSpec['load']>) => void;

function build(spec: CommandSpec, path: string, io: Io, start: Start): Command {
  const command = new Command(spec.name);
  command.summary(spec.summary).description(spec.description ?? spec.summary);
  if (path === spec.name) command.version(toolsVersion, '-V, --version', 'print the version');
  command.exitOverride().showSuggestionAfterError().showHelpAfterError(`(${path} --help shows how)`);
  command.configureOutput({
    writeOut: (text) => void io.output.write(text),
    writeErr: (text) => void io.errors.write(text.replace(/^error: /, `${path}: `)),
    getOutHelpWidth: () => io.output.columns ?? 80,
    getErrHelpWidth: () => io.errors.columns ?? 80,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  // The address may come from elsewhere, so that only the command itself can tell what is missing.
  const addressElsewhere = spec.options?.includes(commonOptions.socket) === true;
  for (const argument of spec.arguments ?? []) {
    const name = `${argument.name}${argument.many === true ? '...' : ''}`;
    const isOptional = argument.optional === true || addressElsewhere;
    command.argument(isOptional ? `[${name}]` : `<${name}>`, argument.summary);
  }
  if (spec.arguments !== undefined) command.usage(synopsis(spec));
  for (const option of spec.options ?? []) command.addOption(buildOption(option));
  command.addHelpText('after', helpTail(spec));
  if (spec.passThrough === true) command.passThroughOptions();
  if (spec.unknownOptions === true) command.allowUnknownOption().helpOption(false);
  if (spec.commands?.some((inner) => inner.passThrough === true) === true) command.enablePositionalOptions();
  for (const inner of spec.commands ?? []) command.addCommand(build(inner, `${path} ${inner.name}`, io, start));
  const { load } = spec;
  if (load !== undefined) {
    command.action(() => {
      const options = command.opts<Record<string, OptionValue>>();
      start({ tool: path, args: command.processedArgs.flat().filter(isString), options, io }, load);
    });
  }
  return command;
}

function buildOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.summary);
  if (spec.choices !== undefined) option.choices(spec.choices);
  if (spec.default !== undefined) option.default(spec.default);
  if (spec.many === true) {
    option.argParser((value, before: readonly string[] | undefined) => [...(before ?? []), value]);
  }
  return option;
}

function helpTail(spec: CommandSpec): string {
  const examples = spec.examples.map(({ line, says }) => `  ${line}\n      ${says}`).join('\n');
  const variables = (spec.environment ?? []).map(([name, says]) => `  ${name}\n      ${says}`).join('\n');
  const codes = '\nExit codes: 0 done, 1 refused by the server, 2 usage, 3 connection, 4 timeout';
  return `\nExamples:\n${examples}\n${variables === '' ? '' : `\nEnvironment:\n${variables}\n`}${codes}`;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
