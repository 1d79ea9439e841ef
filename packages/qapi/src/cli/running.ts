import type { Defines } from '../backend/conditions.js';
import type { OutputFile } from '../backend/output.js';
import type { Dialect } from '../language/dialect.js';
import type { Options } from './command-line.js';
import { UsageError } from './errors.js';
import { type Input, type InputOptions, readInput } from './input.js';
import type { RunResult } from './subcommand.js';
import { writeFiles } from './write-files.js';

const DIALECTS: readonly Dialect[] = ['6.2', '8.1', '9.0', '9.1', '10.1', '10.2', 'lenient', 'auto'];

/** Makes files of one schema and writes those that changed. */
export async function generate(
  operands: readonly string[],
  options: Options,
  make: (input: Input) => readonly OutputFile[],
): Promise<RunResult> {
  const input = await onlyInput(operands, options);
  const written = writeFiles(options.output ?? '.', make(input));
  for (const path of written) process.stdout.write(`wrote ${path}\n`);
  if (written.length === 0) process.stdout.write('nothing changed\n');
  return { exitCode: 0, files: input.files };
}

/** Makes one text of a schema, and prints it or writes it to `--output`. */
export async function print(
  operands: readonly string[],
  options: Options,
  make: (input: Input) => string,
): Promise<RunResult> {
  const input = await onlyInput(operands, options);
  emit(make(input), options);
  return { exitCode: 0, files: input.files };
}

/** Prints a text, or writes it to `--output`. */
export function emit(text: string, options: Options): void {
  if (options.output === undefined) process.stdout.write(text);
  else writeFiles('', [{ path: options.output, text }]);
}

/** Reads the one schema that a command works on. */
export function onlyInput(operands: readonly string[], options: Options): Promise<Input> {
  const places = [...operands, ...(options.from === undefined ? [] : [options.from])];
  const [place, ...more] = places;
  if (place === undefined) throw new UsageError('which schema? Give its main file, a saved reply or --from ADDRESS');
  if (more.length > 0) throw new UsageError(`one schema at a time, not ${places.join(' and ')}`);
  return readInput(place, inputOptions(options));
}

export function inputOptions({ dialect = 'auto', near }: Options): InputOptions {
  const known = DIALECTS.find((candidate) => candidate === dialect);
  if (!known) throw new UsageError(`unknown dialect "${dialect}", there are: ${DIALECTS.join(', ')}`);
  return { dialect: known, ...(near === undefined ? {} : { near }) };
}

export function definesOf({ define }: Options): Defines {
  return define === undefined ? 'all' : new Set(define);
}

/** Splits `NAME=MODULE`. */
export function anyTypeOf(text: string): { readonly name: string; readonly from: string } {
  const [, name, from] = /^([A-Za-z_$][\w$]*)=(.+)$/.exec(text) ?? [];
  if (name === undefined || from === undefined) throw new UsageError(`--any is NAME=MODULE, not "${text}"`);
  return { name, from };
}
