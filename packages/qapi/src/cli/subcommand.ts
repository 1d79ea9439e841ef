import type { OptionName, Options } from './command-line.js';

/** How a run ended: well; with findings or incompatible schemas; not at all. */
export type ExitCode = 0 | 1 | 2;

/** One of `qapi-gen`'s commands. */
export interface Subcommand {
  readonly name: string;
  /** Its operands, as its usage line shows them. */
  readonly operands: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What else there is to say, in paragraphs. */
  readonly details: string;
  readonly options: readonly OptionName[];
  readonly examples: readonly string[];
  run(operands: readonly string[], options: Options): Promise<RunResult>;
}

/** What came of a run. */
export interface RunResult {
  readonly exitCode: ExitCode;
  /** The files it was made from: what `--watch` waits for. */
  readonly files: readonly string[];
}
