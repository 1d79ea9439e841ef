import type { Host } from '../commands/host.js';
import { MachineError } from '../machine/errors.js';
import { blockHumanCommands } from './block.js';
import { type HmpCommand, HmpUsageError, helpLine, parseArguments } from './command.js';
import { infoCommands } from './info.js';
import { inputHumanCommands } from './input.js';
import { machineHumanCommands } from './machine.js';
import { memoryHumanCommands } from './memory.js';

/** The human monitor: reads one line, does it, gives what it prints. */
export class HumanMonitor {
  readonly #host: Host;
  readonly #info: readonly HmpCommand[] = infoCommands;
  readonly #commands: readonly HmpCommand[];

  constructor(host: Host) {
    this.#host = host;
    this.#commands = [
      ...this.#ownCommands(),
      ...machineHumanCommands,
      ...inputHumanCommands,
      ...blockHumanCommands,
      ...memoryHumanCommands,
    ].sort((a, b) => ((a.names[0] ?? '') < (b.names[0] ?? '') ? -1 : 1));
  }

  /** Runs a line. Whatever goes wrong is part of what is printed. */
  async run(line: string): Promise<string> {
    const text = line.trim();
    if (text === '') return '';
    const name = /^[^\s/]*/.exec(text)?.[0] ?? '';
    const command = find(this.#commands, name);
    if (command === undefined) return `unknown command: '${name}'\n`;
    return this.#execute(command, name, text.slice(name.length));
  }

  /** What the last word of a line can be completed to. */
  complete(line: string): readonly string[] {
    const words = line.trimStart().split(/\s+/);
    const last = words.at(-1) ?? '';
    const command = find(this.#commands, words[0] ?? '');
    const candidates = words.length < 2 ? this.#names() : (command?.complete?.(words.length - 1, this.#host) ?? []);
    return candidates.filter((candidate) => candidate.startsWith(last));
  }

  #ownCommands(): HmpCommand[] {
    return [
      {
        names: ['help', '?'],
        usage: '[cmd]',
        help: 'show the help',
        parameters: [
          { name: 'cmd', kind: 'string', optional: true },
          { name: 'sub', kind: 'string', optional: true },
        ],
        complete: () => this.#names(),
        run: ({ cmd, sub }) => this.#help(cmd, sub),
      },
      {
        names: ['info'],
        usage: '[subcommand]',
        help: 'show various information about the system state',
        parameters: [{ name: 'line', kind: 'rest', optional: true }],
        complete: (index) => (index === 1 ? this.#info.flatMap((command) => command.names) : []),
        run: ({ line }) => this.#showInfo(line),
      },
    ];
  }

  #names(): string[] {
    return this.#commands.flatMap((command) => command.names);
  }

  async #execute(command: HmpCommand, name: string, rest: string): Promise<string> {
    try {
      return (await command.run(parseArguments(command, name, rest), this.#host)) ?? '';
    } catch (error) {
      if (error instanceof HmpUsageError) return `${error.message}\nTry "help ${name}" for more information\n`;
      if (error instanceof MachineError) return `Error: ${error.message}\n`;
      throw error;
    }
  }

  #help(name: string | undefined, sub: string | undefined): string {
    if (name === undefined) return this.#commands.map((command) => helpLine(command)).join('');
    if (name === 'info') return this.#infoHelp(sub);
    const command = find(this.#commands, name);
    return command === undefined ? `unknown command: '${name}'\n` : helpLine(command);
  }

  #infoHelp(sub: string | undefined): string {
    const shown = sub === undefined ? this.#info : this.#info.filter((command) => command.names.includes(sub));
    if (shown.length === 0) return `unknown command: 'info ${sub}'\n`;
    return shown.map((command) => helpLine(command, 'info ')).join('');
  }

  async #showInfo(line: string | undefined): Promise<string> {
    if (line === undefined) return this.#infoHelp(undefined);
    const name = /^\S*/.exec(line)?.[0] ?? '';
    const command = find(this.#info, name);
    if (command === undefined) return `unknown command: 'info ${name}'\n`;
    return this.#execute(command, name, line.slice(name.length));
  }
}

function find(commands: readonly HmpCommand[], name: string): HmpCommand | undefined {
  return commands.find((command) => command.names.includes(name));
}
