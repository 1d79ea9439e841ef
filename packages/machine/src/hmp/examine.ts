import { HumanSyntaxError } from 'qmp/monitor';

/** What `x` and `xp` were asked for. */
export interface ExamineFormat {
  readonly count: number;
  readonly letter: 'x' | 'd' | 'u' | 'o' | 'c';
  /** Bytes an item: 1, 2, 4 or 8. */
  readonly size: number;
}

const SIZES: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8 };

/** Reads the format after the slash: a count, a letter and a size, such as `4xw`. */
export function parseFormat(text: string): ExamineFormat {
  const [, count = '', letters = ''] = /^(\d*)(.*)$/.exec(text) ?? [];
  let letter: ExamineFormat['letter'] = 'x';
  let size = 4;
  for (const character of letters) {
    if (character === 'i') throw new HumanSyntaxError('there is no disassembler here');
    if ('xduoc'.includes(character)) letter = character as ExamineFormat['letter'];
    else if (SIZES[character] !== undefined) size = SIZES[character];
    else throw new HumanSyntaxError(`invalid char in format: '${character}'`);
  }
  return { count: count === '' ? 1 : Number(count), letter, size: letter === 'c' ? 1 : size };
}

const PER_LINE: Readonly<Record<number, number>> = { 1: 8, 2: 8, 4: 4, 8: 2 };

/** Prints memory in the layout of QEMU's `x` and `xp`. */
export function formatMemory(data: Uint8Array, address: number, digits: number, format: ExamineFormat): string {
  const { size, letter, count } = format;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const perLine = letter === 'c' ? 8 : (PER_LINE[size] ?? 4);
  let text = '';
  for (let item = 0; item < count; item++) {
    if (item % perLine === 0)
      text += `${item === 0 ? '' : '\n'}${(address + item * size).toString(16).padStart(digits, '0')}:`;
    text += ` ${formatItem(readItem(view, item * size, size), letter, size)}`;
  }
  return `${text}\n`;
}

function readItem(view: DataView, offset: number, size: number): bigint {
  let value = 0n;
  for (let index = size - 1; index >= 0; index--) value = (value << 8n) | BigInt(view.getUint8(offset + index));
  return value;
}

function formatItem(value: bigint, letter: ExamineFormat['letter'], size: number): string {
  if (letter === 'x') return `0x${value.toString(16).padStart(size * 2, '0')}`;
  if (letter === 'o') return `0${value.toString(8).padStart(Math.ceil((size * 8) / 3), '0')}`;
  if (letter === 'u') return value.toString();
  if (letter === 'd') return BigInt.asIntN(size * 8, value).toString();
  const code = Number(value);
  return code >= 32 && code < 127 ? `'${String.fromCharCode(code)}'` : `'\\x${code.toString(16).padStart(2, '0')}'`;
}
