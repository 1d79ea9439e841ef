import { HumanSyntaxError } from 'qmp/monitor';

/** How `x` and `xp` show numbers. */
export interface ExamineFormat {
  readonly count: number;
  readonly letter: ExamineLetter;
  /** Bytes an item: 1, 2, 4 or 8. */
  readonly size: number;
}

type ExamineLetter = 'x' | 'd' | 'u' | 'o' | 'c';

const SIZES: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8 };

/** Reads a format as the monitor gives it, in full: a count, a letter and a size, such as `4xw`. */
export function readFormat(text: string): ExamineFormat {
  const [, count = '1', letter = 'x', size = 'w'] = /^(\d+)([xduoci])([bhwg]?)$/.exec(text) ?? [];
  if (letter === 'i') throw new HumanSyntaxError('there is no disassembler here');
  return { count: Number(count), letter: letter as ExamineLetter, size: SIZES[size] ?? 4 };
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
