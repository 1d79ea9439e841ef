import { nearest } from 'qmp/chardev';
import { findOption, OPTIONS } from './options.js';

/** The command line cannot be carried out. The message has QEMU's form, without the program's name. */
export class CommandLineError extends Error {
  /** What to do next, on a line of its own. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** One option as it was given. */
export interface GivenOption {
  readonly name: string;
  readonly value: string;
  /** As typed, for messages: `-m 16`. */
  readonly text: string;
}

/**
 * Splits a command line into options. A word without a dash is a disk image, as for QEMU.
 *
 * @throws {CommandLineError} for an option that does not exist or lacks its argument.
 */
export function splitArguments(argv: readonly string[]): GivenOption[] {
  const given: GivenOption[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (!word.startsWith('-') || word === '-') {
      given.push({ name: 'hda', value: word, text: word });
      continue;
    }
    const name = word.replace(/^--?/, '');
    const option = findOption(name);
    if (option === undefined) throw unknownOption(word, name);
    if (option.argument === undefined) given.push({ name: option.name, value: '', text: word });
    else {
      index += 1;
      const value = argv[index];
      if (value === undefined)
        throw new CommandLineError(`${word}: requires an argument`, `It takes ${option.argument}.`);
      given.push({ name: option.name, value, text: `${word} ${value}` });
    }
  }
  return given;
}

function unknownOption(word: string, name: string): CommandLineError {
  const [head = name] = name.split('=');
  const near =
    findOption(head)?.name ??
    nearest(
      head,
      OPTIONS.map((option) => option.name),
    );
  return new CommandLineError(
    `${word}: invalid option`,
    near === undefined ? 'Try -help for the list.' : `Did you mean -${near}?`,
  );
}
