import { JsonDouble } from './value.js';

/** How a reader gives numbers that were written with a fraction or an exponent although their value is whole. */
export type DoublesOption =
  /** As plain numbers: `1.0` is 1. */
  | 'plain'
  /** As {@link JsonDouble}, so that `1.0` can be told from `1`. */
  | 'keep';

const int64Min = -(2n ** 63n);
const uint64Max = 2n ** 64n - 1n;
/** Digits and sign of the longest number that still fits 64 bits. */
const longestInteger = 20;

/** Reads the text of an integer or of a floating-point number, as QEMU's parser does. */
export function parseNumber(text: string, isDouble: boolean, doubles: DoublesOption): number | bigint | JsonDouble {
  if (isDouble) return makeDouble(Number(text), doubles);
  if (text.length < 16) return doubles === 'keep' && text === '-0' ? 0 : Number(text);
  if (text.length > longestInteger) return makeDouble(Number(text), doubles);
  const integer = BigInt(text);
  if (integer < int64Min || integer > uint64Max) return makeDouble(Number(text), doubles);
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

function makeDouble(value: number, doubles: DoublesOption): number | JsonDouble {
  return doubles === 'keep' && Number.isInteger(value) ? new JsonDouble(value) : value;
}

/** Prints a double as C's `%.17g` does: 17 significant digits, trailing zeros dropped. */
export function formatDouble(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const [digits = '', power = ''] = seventeenDigits(value).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 17) return dropZeros(place(digits, exponent));
  const sign = exponent < 0 ? '-' : '+';
  return `${dropZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Rounds a tie to the even digit, as C does; JavaScript alone would round it up. */
function seventeenDigits(value: number): string {
  const rounded = value.toExponential(16);
  if (!value.toExponential(17).includes('5e')) return rounded;
  const [exact = '', power = ''] = value.toExponential(100).split('e');
  const cut = exact.indexOf('.') + 17;
  const isTie = /^50*$/.test(exact.slice(cut));
  const isEven = Number(exact[cut - 1]) % 2 === 0;
  return isTie && isEven ? `${exact.slice(0, cut)}e${power}` : rounded;
}

/** Writes `d.ddd` times ten to a power without an exponent. */
function place(digits: string, exponent: number): string {
  const sign = digits.startsWith('-') ? '-' : '';
  const bare = digits.slice(sign.length).replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${bare}`;
  return `${sign}${bare.slice(0, exponent + 1)}.${bare.slice(exponent + 1)}`;
}

function dropZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0*$/, '') : digits;
}
