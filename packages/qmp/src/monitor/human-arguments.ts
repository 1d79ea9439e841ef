import { HumanSyntaxError, type Parsed, parseExpression } from './human-expression.js';

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
  /** A size in MiB unless it ends in one of `kKmMgGtT`; the value is a bigint of bytes. */
  | 'size'
  /** `on` or `off`. */
  | 'boolean'
  /** `-x`, where `x` is the parameter's name; the value is true when given. */
  | 'flag'
  /** `/` and letters, as in `print/x`; the value is the text after the slash. */
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
 * @throws {HumanSyntaxError} with QEMU's text.
 */
export function parseHumanArguments(
  command: string,
  parameters: readonly HumanParameter[],
  text: string,
): HumanArguments {
  const args: Record<string, string | bigint | boolean> = {};
  let rest = text;
  for (const parameter of parameters) {
    const { name, type, optional = false } = parameter;
    if (type !== 'format') rest = rest.trimStart();
    if (rest.trimStart() === '' && (optional || type === 'flag' || type === 'format')) continue;
    const taken = take(command, parameter, rest);
    if (taken === undefined) continue;
    args[name] = taken.value;
    rest = rest.slice(taken.end);
  }
  if (rest.trim() !== '') throw new HumanSyntaxError(`${command}: extraneous characters at the end of line`);
  return args;
}

/** Reads one argument at the beginning of `text`. @returns undefined when it is not there and need not be. */
function take(
  command: string,
  { name, type }: HumanParameter,
  text: string,
): Parsed<string | bigint | boolean> | undefined {
  switch (type) {
    case 'flag':
      return takeFlag(command, name, text);
    case 'format': {
      const match = /^\/(\S*)/.exec(text);
      return match === null ? undefined : { value: match[1] ?? '', end: match[0].length };
    }
    case 'integer':
      return parseExpression(text);
    case 'size':
      return takeSize(text);
    case 'boolean':
      return takeBoolean(text);
    case 'rest':
      if (text === '') throw new HumanSyntaxError(`${command}: string expected`);
      return { value: text, end: text.length };
    default: {
      const word = takeWord(text);
      if (word === undefined) throw new HumanSyntaxError(`${command}: ${expected[type] ?? 'string'} expected`);
      return word;
    }
  }
}

function takeFlag(command: string, name: string, text: string): Parsed<boolean> | undefined {
  if (!text.startsWith('-')) return undefined;
  if (text[1] === name && /^(\s|$)/.test(text.slice(2))) return { value: true, end: 2 };
  // A number that is negative is no option.
  if (/^-\d/.test(text)) return undefined;
  throw new HumanSyntaxError(`${command}: unsupported option -${text[1] ?? ''}`);
}

function takeBoolean(text: string): Parsed<boolean> {
  const word = /^\S*/.exec(text)?.[0] ?? '';
  if (word !== 'on' && word !== 'off') throw new HumanSyntaxError("Expected 'on' or 'off'");
  return { value: word === 'on', end: word.length };
}

const units: Readonly<Record<string, bigint>> = { k: 10n, m: 20n, g: 30n, t: 40n };

function takeSize(text: string): Parsed<bigint> {
  const match = /^(\d+)([kmgt]?)(?=\s|$)/i.exec(text);
  if (match === null) throw new HumanSyntaxError('invalid size');
  const shift = units[(match[2] || 'm').toLowerCase()] ?? 20n;
  return { value: BigInt(match[1] ?? 0) << shift, end: match[0].length };
}

/** Reads a word, or text in double quotes. @returns undefined when there is none or its quote does not end. */
function takeWord(text: string): Parsed<string> | undefined {
  if (!text.startsWith('"')) {
    const word = /^\S+/.exec(text)?.[0];
    return word === undefined ? undefined : { value: word, end: word.length };
  }
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"') return { value, end: at + 1 };
    if (character !== '\\') value += character;
    else {
      at++;
      const escaped = { n: '\n', r: '\r', '\\': '\\', "'": "'", '"': '"' }[text[at] ?? ''];
      if (escaped === undefined) return undefined;
      value += escaped;
    }
  }
  return undefined;
}
