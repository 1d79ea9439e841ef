import type { ArgumentSpec, CommandSpec, OptionSpec } from '../cli/command-spec.js';

/** Where the cursor stands in the command line of a shell. */
export interface Cursor {
  /** The command that was entered so far, as deep as it goes. */
  readonly spec: CommandSpec;
  /** The option whose value stands under the cursor. */
  readonly option: OptionSpec | undefined;
  /** The word under the cursor, up to the cursor; of `--name=value` the value. */
  readonly word: string;
  /** What stands before {@link word} in the same word of the shell: `--name=`. */
  readonly before: string;
  /** The finished arguments. */
  readonly given: readonly string[];
  /** The values of finished options, by flag. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Finds the cursor.
 *
 * @param words the words of the shell, the program first and the one under the cursor last.
 * @returns undefined for another program, and where the words belong to somebody else.
 */
export function findCursor(specs: readonly CommandSpec[], words: readonly string[]): Cursor | undefined {
  const [program = '', ...rest] = words;
  const name = program.replace(/^.*\//, '').replace(/\.js$/, '');
  let spec = specs.find((one) => one.name === name);
  if (spec === undefined) return undefined;
  const given: string[] = [];
  const values = new Map<string, string>();
  let option: OptionSpec | undefined;
  let flag = '';
  for (const word of rest.slice(0, -1)) {
    if (option !== undefined) {
      values.set(flag, word);
      option = undefined;
    } else if (word === '--' && spec.passThrough === true) return undefined;
    else if (/^-./.test(word) && !isForOthers(spec, given)) {
      const [name = '', value] = word.split(/=(.*)/s);
      if (value !== undefined) values.set(name, value);
      else if (takesValue(optionOf(spec, name))) option = optionOf(spec, name);
      flag = name;
    } else {
      const inner: CommandSpec | undefined =
        given.length === 0 ? spec.commands?.find((one) => one.name === word) : undefined;
      if (inner === undefined) given.push(word);
      else spec = inner;
    }
  }
  const last = rest.at(-1) ?? '';
  const equals = /^--[\w-]+=/.exec(last)?.[0];
  if (option === undefined && equals !== undefined && !isForOthers(spec, given)) {
    const valued = optionOf(spec, equals.slice(0, -1));
    return { spec, option: valued, word: last.slice(equals.length), before: equals, given, values };
  }
  return { spec, option, word: last, before: '', given, values };
}

/** The address that the command line talks to, and the arguments that are not it, as specified and as given. */
export function splitAddress(
  { spec, given, values }: Cursor,
  env: NodeJS.ProcessEnv,
): { address: string | undefined; specs: readonly ArgumentSpec[]; given: readonly string[] } {
  const all = spec.arguments ?? [];
  const elsewhere = values.get('--socket') ?? values.get('-s') ?? values.get('--address');
  const [first, ...others] = all;
  if (first?.completes !== 'address') return { address: elsewhere ?? env.QGA_CLIENT_ADDRESS, specs: all, given };
  if (elsewhere !== undefined) return { address: elsewhere, specs: others, given };
  const known = env.QMP_SOCKET;
  if (known !== undefined && known !== '' && !/[/:]|\.sock$/.test(given[0] ?? ''))
    return { address: known, specs: others, given };
  return given.length === 0
    ? { address: undefined, specs: all, given }
    : { address: given[0], specs: others, given: given.slice(1) };
}

/** Behind the first argument options are those of another program. */
function isForOthers(spec: CommandSpec, given: readonly string[]): boolean {
  return spec.passThrough === true && given.length > 0;
}

/** The flags of an option: `-t` and `--timeout`. */
export function flagsOf(option: OptionSpec): readonly string[] {
  return option.flags.match(/(?<![\w-])--?[a-z][\w-]*/gi) ?? [];
}

function optionOf(spec: CommandSpec, flag: string): OptionSpec | undefined {
  return spec.options?.find((option) => flagsOf(option).includes(flag));
}

function takesValue(option: OptionSpec | undefined): boolean {
  return option !== undefined && /[<[]/.test(option.flags);
}
