/** A positional argument. */
export interface ArgumentSpec {
  /** Its name, in capitals in the help: `ADDRESS`. */
  readonly name: string;
  readonly summary: string;
  /** @default false */
  readonly optional?: boolean;
  /** Takes all that follow. @default false */
  readonly many?: boolean;
  /** What completion offers for it. `live:` kinds are asked of the machine at the address. */
  readonly completes?: 'file' | 'address' | `live:${LiveName}` | readonly string[];
}

type LiveName =
  | 'command'
  | 'plug'
  | 'human'
  | 'event'
  | 'device'
  | 'drive'
  | 'job'
  | 'qom-path'
  | 'qom-property'
  | 'snapshot';

/** An option, in the syntax of commander: `-t, --timeout <seconds>`. */
export interface OptionSpec {
  readonly flags: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** May be given again: the values are collected. @default false */
  readonly many?: boolean;
  readonly completes?: 'file' | 'address';
}

export interface ExampleSpec {
  readonly line: string;
  readonly says: string;
}

/**
 * One command line, as data. Its parser, its `--help`, its manual page and its completion scripts all come from here.
 */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** More, in paragraphs. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  readonly examples: readonly ExampleSpec[];
  readonly commands?: readonly CommandSpec[];
  /** What follows the first argument is for somebody else, options too. @default false */
  readonly passThrough?: boolean;
  /** Options that are not known are arguments: they are for another program. @default false */
  readonly unknownOptions?: boolean;
  /** Environment variables that matter, with what they do. */
  readonly environment?: readonly (readonly [string, string])[];
  /** Loads the code that does it. What is not called is not loaded: a tool starts with little. */
  readonly load?: () => Promise<{ run(call: Invocation): Promise<number> }>;
}

/** What the user asked for, and where it may read and write. */
export interface Invocation {
  /** `qmp exec`: for messages. */
  readonly tool: string;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly io: Io;
}

export type OptionValue = string | boolean | readonly string[] | undefined;

/** The world of a tool. */
export interface Io {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/** Every tool takes these. */
export const commonOptions = {
  socket: {
    flags: '-s, --socket <address>',
    summary: 'the address, instead of the first argument or QMP_SOCKET',
    completes: 'address',
  },
  json: { flags: '--json', summary: 'print JSON, one value a line' },
  timeout: { flags: '-t, --timeout <seconds>', summary: 'give up after this time' },
} as const satisfies Record<string, OptionSpec>;

/** Options and arguments as a usage line shows them: `[OPTIONS] ADDRESS [FILE]`. */
export function synopsis(spec: CommandSpec): string {
  const words = (spec.arguments ?? []).map(({ name, optional, many }) => {
    const word = many === true ? `${name}...` : name;
    return optional === true ? `[${word}]` : word;
  });
  if (spec.commands !== undefined) words.unshift('COMMAND');
  if ((spec.options ?? []).length > 0) words.unshift('[OPTIONS]');
  return words.join(' ');
}
