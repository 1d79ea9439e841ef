import { QmpError } from '../protocol/index.js';
import type { Command } from './command.js';

/** The commands that a monitor knows, by name. Commands may come and go while it runs. */
export class CommandRegistry {
  readonly #commands = new Map<string, Command>();

  constructor(commands: Iterable<Command> = []) {
    for (const command of commands) this.add(command);
  }

  /**
   * Adds a command.
   *
   * @throws {QmpError} QMP_OPTION_INVALID when there is one of that name.
   */
  add(command: Command): this {
    if (this.#commands.has(command.name)) {
      throw new QmpError('QMP_OPTION_INVALID', `the command "${command.name}" is registered twice`);
    }
    this.#commands.set(command.name, command);
    return this;
  }

  /** Removes a command; clients that ask for it are told that it has not been found. */
  remove(name: string): boolean {
    return this.#commands.delete(name);
  }

  get(name: string): Command | undefined {
    return this.#commands.get(name);
  }

  /** The commands in the order they were added. */
  [Symbol.iterator](): IterableIterator<Command> {
    return this.#commands.values();
  }
}
