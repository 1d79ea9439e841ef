import type { JsonObject } from '../json/index.js';
import { type Chardev, type ChardevListener, QmpError, type VersionInfo } from '../protocol/index.js';
import { type Command, commandError } from './command.js';
import { type HumanArguments, parseHumanArguments } from './human-arguments.js';
import { type HumanCommand, type HumanSession, HumanTable, humanNames } from './human-command.js';
import type { RegisterLookup } from './human-expression.js';
import { HumanFormats } from './human-format.js';
import { printCommand } from './human-print.js';
import { HumanSyntaxError } from './human-syntax.js';
import { TerminalSession } from './human-terminal.js';
import { splitWords, trimBlanks } from './human-words.js';

/** What a human monitor is made of. */
export interface HumanMonitorOptions {
  /** Shown in the banner. */
  readonly version: VersionInfo;
  /** The commands. `help`, `info`, `print` and `cpu` are there already; yours replace them. */
  readonly commands?: Iterable<HumanCommand>;
  /** The topics of `info`. */
  readonly info?: Iterable<HumanCommand>;
  /** How many CPUs the machine has; with it there is the command `cpu`. @default none */
  readonly cpus?: () => number;
  /** What the registers of the processor hold now, for `$eip` and the like. @default it has none */
  readonly registers?: () => Promise<RegisterLookup>;
  /** The machine has quit: no prompt is shown any more. @default never */
  readonly over?: () => boolean;
}

/** What a terminal is told about where it is. */
export interface TerminalOptions {
  /** Shown before input. @default '(qemu) ' */
  readonly prompt?: string;
}

/**
 * The human monitor: lines in, text out. It runs over any chardev, with line editing, and through QMP.
 *
 * @example
 * const human = createHumanMonitor({ version, commands: [{ name: 'stop|s', help: 'stop emulation', handler: stop }] });
 * await human.serve(await listenChardev('stdio'));
 */
export interface HumanMonitor extends AsyncDisposable {
  /** Runs one line. Resolves with what it prints; what goes wrong with the command is part of that. Never rejects. */
  execute(line: string, session?: HumanSession): Promise<string>;
  /** What the last word of a line can become. */
  complete(line: string): readonly string[];
  /** Serves one chardev until it closes. */
  attach(chardev: Chardev, options?: TerminalOptions): Promise<void>;
  /** Serves the clients of a listener, one after the other, until the listener or the monitor is closed. */
  serve(listener: ChardevListener, options?: TerminalOptions): Promise<void>;
  /** The QMP command `human-monitor-command` over this monitor. */
  qmpCommand(): Command;
  /** Closes every terminal and listener. Idempotent. */
  close(): Promise<void>;
}

/** Makes a {@link HumanMonitor}. */
export function createHumanMonitor(options: HumanMonitorOptions): HumanMonitor {
  return new Human(options);
}

class Human implements HumanMonitor {
  readonly #options: HumanMonitorOptions;
  readonly #commands: HumanTable;
  readonly #info: HumanTable;
  readonly #formats = new HumanFormats();
  readonly #terminals = new Set<Chardev>();
  readonly #listeners = new Set<ChardevListener>();

  constructor(options: HumanMonitorOptions) {
    this.#options = options;
    this.#info = new HumanTable(options.info ?? []);
    const own = [...(options.commands ?? [])];
    const names = new Set(own.flatMap(humanNames));
    const builtin = [...this.#builtin(), printCommand(), ...(options.cpus ? [cpuCommand(options.cpus)] : [])].filter(
      (each) => !humanNames(each).some((name) => names.has(name)),
    );
    this.#commands = new HumanTable([...own, ...builtin].sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  async execute(line: string, session: HumanSession = this.#session()): Promise<string> {
    let end = endOfName(line, 0);
    if (end === undefined) return '';
    let command = this.#commands.get(trimBlanks(line.slice(0, end)));
    const topicEnd = command?.name === 'info' ? endOfName(line, end) : undefined;
    if (topicEnd !== undefined) {
      command = this.#info.get(trimBlanks(line.slice(end, topicEnd)));
      end = topicEnd;
    }
    // What was typed is told as it was typed, blanks in front included.
    if (command === undefined) return `unknown command: '${line.slice(0, end)}'\n`;
    return await this.#run(command, line.slice(0, end), line.slice(end), session);
  }

  complete(line: string): readonly string[] {
    const words = line.trimStart().split(/\s+/);
    let table = this.#commands;
    if (words[0] === 'info' && words.length > 1) {
      words.shift();
      table = this.#info;
    }
    const last = words.at(-1) ?? '';
    const command = table.get(words[0] ?? '');
    const candidates = words.length === 1 ? table.names() : (command?.complete?.(last, words.length - 2) ?? []);
    return candidates.filter((candidate) => candidate.startsWith(last)).sort();
  }

  async attach(chardev: Chardev, { prompt = '(qemu) ' }: TerminalOptions = {}): Promise<void> {
    this.#terminals.add(chardev);
    const { micro, minor, major } = this.#options.version.qemu;
    const banner = `QEMU ${major}.${minor}.${micro} monitor - type 'help' for more information`;
    const session = this.#session();
    const terminal = new TerminalSession(chardev, {
      banner,
      prompt,
      over: () => this.#options.over?.() ?? false,
      execute: (line) => this.execute(line, session),
      complete: (line) => this.complete(line),
    });
    await terminal.closed;
    this.#terminals.delete(chardev);
  }

  async serve(listener: ChardevListener, options?: TerminalOptions): Promise<void> {
    this.#listeners.add(listener);
    for (;;) {
      const chardev = await listener.next();
      if (chardev === undefined) break;
      await this.attach(chardev, options);
    }
    this.#listeners.delete(listener);
  }

  qmpCommand(): Command {
    return {
      name: 'human-monitor-command',
      validate: checkArguments,
      handler: async (args) => {
        const session = this.#session();
        const index = args['cpu-index'];
        if (index !== undefined) {
          if (Number(index) < 0 || Number(index) >= (this.#options.cpus?.() ?? 0)) {
            throw commandError("Parameter 'cpu-index' expects a CPU number");
          }
          session.cpu = Number(index);
        }
        const text = await this.execute(String(args['command-line']), session);
        return text.replaceAll('\n', '\r\n');
      },
    };
  }

  async close(): Promise<void> {
    const listeners = [...this.#listeners].map((listener) => listener.close());
    await Promise.all([...listeners, ...[...this.#terminals].map((chardev) => chardev.close())]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #session(): HumanSession {
    return { cpu: (this.#options.cpus?.() ?? 0) > 0 ? 0 : undefined };
  }

  async #run(command: HumanCommand, typed: string, rest: string, session: HumanSession): Promise<string> {
    let args: HumanArguments;
    try {
      const registers = rest.includes('$') ? await this.#options.registers?.() : undefined;
      args = parseHumanArguments(command.name, command.parameters ?? [], rest, this.#formats, registers);
    } catch (error) {
      if (!(error instanceof HumanSyntaxError)) throw error;
      return usage(error, typed);
    }
    try {
      return (await command.handler(args, session)) ?? '';
    } catch (error) {
      if (error instanceof HumanSyntaxError) return usage(error, typed);
      const known = QmpError.is(error) && error.code === 'QMP_COMMAND_FAILED';
      return `Error: ${known ? error.message : `${trimBlanks(typed)} failed by an internal error`}\n`;
    }
  }

  #builtin(): HumanCommand[] {
    return [
      {
        name: 'help|?',
        usage: '[cmd]',
        help: 'show the help',
        parameters: [{ name: 'command', type: 'rest', optional: true }],
        handler: ({ command = '' }) => this.#help(splitWords(String(command))),
        complete: (_word, index) => (index === 0 ? this.#commands.names() : []),
      },
      {
        name: 'info',
        usage: '[subcommand]',
        help: 'show various information about the system state',
        handler: () => helpLines(this.#info.commands, 'info '),
      },
    ];
  }

  /** Words after the ones that are looked at do not matter; none are given when a quote did not end. */
  #help(words: readonly string[] | undefined): string {
    if (words === undefined) return '';
    const [name, topic] = words;
    if (name === undefined) return helpLines(this.#commands.commands);
    const command = this.#commands.get(name);
    if (command === undefined) return `unknown command: '${name}'\n`;
    if (command.name !== 'info') return helpLines([command]);
    if (topic === undefined) return helpLines(this.#info.commands, 'info ');
    const found = this.#info.get(topic);
    return found === undefined ? `unknown command: 'info ${topic}'\n` : helpLines([found], 'info ');
  }
}

/** Chooses the CPU that later commands of the session mean. */
function cpuCommand(cpus: () => number): HumanCommand {
  return {
    name: 'cpu',
    usage: 'index',
    help: 'set the default CPU',
    parameters: [{ name: 'index', type: 'integer32' }],
    handler: ({ index = 0n }, session) => {
      if (Number(index) >= cpus()) return 'invalid CPU index\n';
      session.cpu = Number(index);
      return '';
    },
  };
}

/** Finds the end of the word at or after a place. A format such as `/x` belongs to what follows. */
function endOfName(line: string, from: number): number | undefined {
  const rest = trimBlanks(line.slice(from));
  if (rest === '') return undefined;
  return line.length - rest.length + (/[ \t\n\v\f\r/]/.exec(rest)?.index ?? rest.length);
}

function usage(error: HumanSyntaxError, typed: string): string {
  // A text of C ends at a NUL: so does what QEMU tells of an option without a letter.
  const [told] = `${error.message}\n`.split('\0', 1);
  return `${told}Try "help ${typed}" for more information\n`;
}

function helpLines(commands: readonly HumanCommand[], prefix = ''): string {
  return commands.map((each) => `${prefix}${each.name} ${each.usage ?? ''} -- ${each.help}\n`).join('');
}

function checkArguments(args: JsonObject): string | undefined {
  const line = args['command-line'];
  if (line === undefined) return "Parameter 'command-line' is missing";
  if (typeof line !== 'string') return "Invalid parameter type for 'command-line', expected: string";
  const index = args['cpu-index'];
  if (index !== undefined && !Number.isInteger(index) && typeof index !== 'bigint') {
    return "Invalid parameter type for 'cpu-index', expected: integer";
  }
  const unknown = Object.keys(args).find((name) => name !== 'command-line' && name !== 'cpu-index');
  return unknown === undefined ? undefined : `Parameter '${unknown}' is unexpected`;
}
