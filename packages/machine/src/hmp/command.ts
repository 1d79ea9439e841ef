import type { Host } from '../commands/host.js';

/** One argument of a command, in the order they are typed. */
export interface HmpParameter {
  readonly name: string;
  /** `rest` is everything up to the end of the line; `flag` is `-x` with `name` as its letter. */
  readonly kind: 'string' | 'filename' | 'device' | 'integer' | 'rest' | 'flag' | 'format';
  readonly optional?: boolean;
}

/** What was typed, by parameter name. A flag is `'on'`. */
export type HmpArguments = Readonly<Record<string, string | undefined>>;

/** What a command prints: whole lines, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: most commands print nothing
export type HmpOutput = string | void;

/** One command of the human monitor. */
export interface HmpCommand {
  /** The name and its aliases. */
  readonly names: readonly string[];
  /** How the arguments are shown in the help. */
  readonly usage?: string;
  readonly help: string;
  readonly parameters?: readonly HmpParameter[];
  /** What an argument can be, for completion of the word `typed` at `index`. */
  readonly complete?: (index: number, host: Host) => readonly string[];
  /** @throws {MachineError} printed as `Error: …`. */
  readonly run: (args: HmpArguments, host: Host) => HmpOutput | Promise<HmpOutput>;
}

/** The arguments do not fit the command; the message says why. */
export class HmpUsageError extends Error {}

const EXPECTED = {
  string: 'string expected',
  filename: 'filename expected',
  device: 'block device name expected',
  rest: 'string expected',
  integer: 'integer expected',
  format: 'format expected',
  flag: 'flag expected',
};

/** Reads what follows the command's name. */
export function parseArguments(command: HmpCommand, name: string, text: string): HmpArguments {
  const args: Record<string, string> = {};
  let rest = text.trimStart();
  for (const parameter of command.parameters ?? []) {
    const taken = takeArgument(parameter, rest);
    if (taken !== undefined) {
      args[parameter.name] = taken.value;
      rest = taken.rest.trimStart();
    } else if (!parameter.optional && parameter.kind !== 'flag' && parameter.kind !== 'format')
      throw new HmpUsageError(`${name}: ${EXPECTED[parameter.kind]}`);
  }
  if (rest !== '') throw new HmpUsageError(`${command.names.join('|')}: extraneous characters at the end of line`);
  return args;
}

function takeArgument(parameter: HmpParameter, text: string): { value: string; rest: string } | undefined {
  const { kind, name } = parameter;
  if (kind === 'flag')
    return text.match(new RegExp(`^-${name}(?=\\s|$)`)) ? { value: 'on', rest: text.slice(2) } : undefined;
  if (kind === 'format') {
    const match = /^\/(\S*)/.exec(text);
    return match ? { value: match[1] ?? '', rest: text.slice(match[0].length) } : undefined;
  }
  if (text === '') return undefined;
  if (kind === 'rest') return { value: text.trimEnd(), rest: '' };
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text);
  if (quoted) return { value: (quoted[1] ?? '').replace(/\\(.)/g, '$1'), rest: text.slice(quoted[0].length) };
  const word = /^\S+/.exec(text)?.[0] ?? '';
  return { value: word, rest: text.slice(word.length) };
}

/** One line of the help. */
export function helpLine(command: HmpCommand, prefix = ''): string {
  return `${prefix}${command.names.join('|')} ${command.usage ?? ''} -- ${command.help}\n`;
}
