import { parseExpression, type RegisterLookup } from './human-expression.js';
import { HumanFormats } from './human-format.js';
import { HumanSyntaxError, type Parsed } from './human-syntax.js';
import { takeBoolean, takeSize, takeWord, trimBlanks } from './human-words.js';

/** What one argument of a human command is, and how it is written. */
export type HumanType =
  /** A word, or text in double quotes with `\n \r \\ \' \"`. */
  | 'string'
  | 'filename'
  /** The name of a block device. */
  | 'device'
  /** Everything up to the end of the line. */
  | 'rest'
  /** An expression on 64 bits; the value is a bigint. */
  | 'integer'
  /** The same, on 32 bits without a sign. */
  | 'integer32'
  /** An expression of MiB; the value is a bigint of bytes. */
  | 'mebibytes'
  /** A number such as `64k`, `1.5G` or `0x10`, in MiB unless it ends in one of `bkmgtpe`; the value is a bigint of bytes. */
  | 'size'
  /** `on` or `off`. */
  | 'boolean'
  /** `-x`, where `x` is the parameter's name; the value is true when given. */
  | 'flag'
  /** `/` and letters, as in `print/4xb`; the value is {@link HumanFormats.take the format in full}, given or not. */
  | 'format';

export interface HumanParameter {
  readonly name: string;
  readonly type: HumanType;
  /** @default false; flags and formats are always optional */
  readonly optional?: boolean;
}

/** The arguments of one call by parameter name; what was not given is absent. */
export type HumanArguments = Readonly<Record<string, string | bigint | boolean | undefined>>;

const expected: Partial<Record<HumanType, string>> = {
  string: 'string',
  rest: 'string',
  filename: 'filename',
  device: 'block device name',
};

/**
 * Reads what follows a command's name.
 *
 * @param command the name as the registry has it, with aliases, for the messages.
 * @param formats what formats said so far.
 * @param registers what `$` and a name stand for.
 * @throws {HumanSyntaxError} with QEMU's text.
 */
export function parseHumanArguments(
  command: string,
  parameters: readonly HumanParameter[],
  text: string,
  formats: HumanFormats = new HumanFormats(),
  registers?: RegisterLookup,
): HumanArguments {
  const args: Record<string, string | bigint | boolean> = {};
  let rest = trimBlanks(text);
  for (const [index, { name, type, optional = false }] of parameters.entries()) {
    let taken: Parsed<string | bigint | boolean> | undefined;
    if (type === 'flag') taken = takeFlag(command, name, rest, parameters.slice(index + 1));
    else if (type === 'format') taken = formats.take(rest);
    else if (rest !== '' || !optional) taken = take(command, type, rest, registers);
    if (taken === undefined) continue;
    args[name] = taken.value;
    rest = trimBlanks(rest.slice(taken.end));
  }
  if (rest !== '') throw new HumanSyntaxError(`${command}: extraneous characters at the end of line`);
  return args;
}

/** Reads one argument at the beginning of `text`. */
function take(
  command: string,
  type: HumanType,
  text: string,
  registers: RegisterLookup | undefined,
): Parsed<string | bigint | boolean> {
  switch (type) {
    case 'integer':
      return parseExpression(text, 0, registers);
    case 'integer32': {
      const number = parseExpression(text, 0, registers);
      if (BigInt.asUintN(32, number.value) === number.value) return number;
      throw new HumanSyntaxError(`'${command}' has failed: integer is for 32-bit values`);
    }
    case 'mebibytes': {
      const { value, end } = parseExpression(text, 0, registers);
      if (value < 0n) throw new HumanSyntaxError('enter a positive value');
      return { value: BigInt.asIntN(64, value << 20n), end };
    }
    case 'size':
      return takeSize(text);
    case 'boolean':
      return takeBoolean(text);
    case 'rest':
      if (text !== '') return { value: text, end: text.length };
      break;
    default: {
      const word = takeWord(text);
      if (word !== undefined) return word;
    }
  }
  throw new HumanSyntaxError(`${command}: ${expected[type] ?? 'string'} expected`);
}

/** @param later the parameters after this one: an option that is theirs is left to them. */
function takeFlag(
  command: string,
  name: string,
  text: string,
  later: readonly HumanParameter[],
): Parsed<boolean> | undefined {
  if (!text.startsWith('-')) return undefined;
  const letter = text.charAt(1);
  if (letter === name) return { value: true, end: 2 };
  if (later.some((each) => each.type === 'flag' && each.name === letter)) return undefined;
  throw new HumanSyntaxError(`${command}: unsupported option -${letter || '\0'}`);
}
