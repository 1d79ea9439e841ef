import { HumanSyntaxError } from 'qmp/monitor';

/** How `x`, `xp` and `print` show numbers. */
export interface ExamineFormat {
  readonly count: number;
  readonly letter: ExamineLetter;
  /** Bytes an item: 1, 2, 4 or 8. */
  readonly size: number;
}

type ExamineLetter = 'x' | 'd' | 'u' | 'o' | 'c';

const SIZES: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8 };

/** Remembers the last format: a command without one repeats it, as in QEMU. */
export class ExamineDefaults {
  #letter: ExamineLetter = 'x';
  #size = 4;

  /** Reads the format after the slash: a count, a letter and a size, such as `4xw`. */
  read(text: string): ExamineFormat {
    const [, count = '', letters = ''] = /^(\d*)(.*)$/.exec(text) ?? [];
    for (const character of letters) {
      if (character === 'i') throw new HumanSyntaxError('there is no disassembler here');
      if ('xduoc'.includes(character)) this.#letter = character as ExamineLetter;
      else if (SIZES[character] !== undefined) this.#size = SIZES[character];
      else throw new HumanSyntaxError(`invalid char in format: '${character}'`);
    }
    return { count: count === '' ? 1 : Number(count), letter: this.#letter, size: this.#size };
  }
}

/** Most bytes that one command prints. */
const LARGEST = 1 << 20;

/**
 * Checks how much is to be printed.
 *
 * @returns bytes.
 * @throws {HumanSyntaxError} when it is more than anybody reads.
 */
export function examinedBytes({ count, size }: ExamineFormat): number {
  if (count * size > LARGEST) throw new HumanSyntaxError(`at most ${LARGEST} bytes can be printed at once`);
  return count * size;
}

/** Prints memory in the layout of QEMU's `x` and `xp`. Characters are printed one for each byte. */
export function formatMemory(data: Uint8Array, address: number, digits: number, format: ExamineFormat): string {
  const { size, letter } = format;
  const perLine = size === 1 ? 8 : 16;
  const step = letter === 'c' ? 1 : size;
  let text = '';
  for (let offset = 0; offset < data.length; offset += step) {
    if (offset % perLine === 0)
      text += `${offset === 0 ? '' : '\n'}${(address + offset).toString(16).padStart(digits, '0')}:`;
    text += ` ${formatItem(readItem(data, offset, step), letter, step)}`;
  }
  return `${text}\n`;
}

/** Prints a number as `print` does. */
export function formatNumber(value: bigint, letter: ExamineLetter): string {
  const unsigned = BigInt.asUintN(64, value);
  if (letter === 'x') return unsigned === 0n ? '0' : `0x${unsigned.toString(16)}`;
  if (letter === 'o') return unsigned === 0n ? '0' : `0${unsigned.toString(8)}`;
  if (letter === 'u') return unsigned.toString();
  if (letter === 'd') return BigInt.asIntN(64, value).toString();
  return formatCharacter(Number(unsigned & 0xffff_ffffn));
}

function readItem(data: Uint8Array, offset: number, size: number): bigint {
  let value = 0n;
  for (let index = size - 1; index >= 0; index--) value = (value << 8n) | BigInt(data[offset + index] ?? 0);
  return value;
}

function formatItem(value: bigint, letter: ExamineLetter, size: number): string {
  const width = Math.ceil((size * 80) / 33);
  if (letter === 'x') return `0x${value.toString(16).padStart(size * 2, '0')}`;
  if (letter === 'o') return `0${value.toString(8).padStart(Math.ceil((size * 8) / 3), '0')}`;
  if (letter === 'u') return value.toString().padStart(width);
  if (letter === 'd')
    return BigInt.asIntN(size * 8, value)
      .toString()
      .padStart(width);
  return formatCharacter(Number(value));
}

const ESCAPES: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 39: "\\'", 92: '\\\\' };

function formatCharacter(code: number): string {
  if (ESCAPES[code] !== undefined) return `'${ESCAPES[code]}'`;
  return code >= 32 && code < 127 ? `'${String.fromCharCode(code)}'` : `'\\x${code.toString(16).padStart(2, '0')}'`;
}
