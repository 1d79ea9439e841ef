import type { HumanArguments, HumanParameter } from './human-arguments.js';

/** What one session of the human monitor remembers. */
export interface HumanSession {
  /** The CPU that commands about a CPU mean, or undefined when the machine has none. */
  cpu: number | undefined;
}

/** What a human command prints: lines that end in `\n`, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: most commands print nothing
export type HumanOutput = string | undefined | void;

/** One command of the human monitor, or one topic of `info`. */
export interface HumanCommand {
  /** The name, aliases after it: `stop|s`. */
  readonly name: string;
  readonly parameters?: readonly HumanParameter[];
  /** How the help shows the arguments: `[-f] device`. */
  readonly usage?: string;
  /** What the help says, one line. */
  readonly help: string;
  /** Runs it. To fail, throw `commandError(text)`: printed as `Error: text`. */
  readonly handler: (args: HumanArguments, session: HumanSession) => HumanOutput | Promise<HumanOutput>;
  /** What the argument at `index` can be; completion keeps what begins with `word`. */
  readonly complete?: (word: string, index: number) => readonly string[];
}

/** The names under which a command is known, the main one first. */
export function humanNames(command: HumanCommand): string[] {
  return command.name.split('|');
}

/** Commands by every name they have, in the order they were given. */
export class HumanTable {
  readonly commands: readonly HumanCommand[];
  readonly #byName = new Map<string, HumanCommand>();

  constructor(commands: Iterable<HumanCommand>) {
    this.commands = [...commands];
    for (const command of this.commands) for (const name of humanNames(command)) this.#byName.set(name, command);
  }

  get(name: string): HumanCommand | undefined {
    return this.#byName.get(name);
  }

  names(): string[] {
    return [...this.#byName.keys()];
  }
}
