/** Random input for the JSON tests. Everything follows from one seed, which a failing test prints. */
import { readRecordings } from './cases.js';

export type Random = () => number;

/** A small generator of numbers from 0 to below 1 (mulberry32). */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[below(random, choices.length)] as T;
}

/** Time for one fuzz test. QMP_FUZZ_SECONDS makes it longer. */
export const fuzzSeconds = Number(process.env.QMP_FUZZ_SECONDS ?? 2);

/**
 * Calls a check with fresh seeds until its time is over. The seed is in the message of what it throws;
 * QMP_FUZZ_SEED repeats one.
 */
export function fuzz(check: (random: Random) => void, seconds = fuzzSeconds): number {
  const fixed = process.env.QMP_FUZZ_SEED;
  const stop = performance.now() + seconds * 1000;
  let rounds = 0;
  for (; fixed === undefined ? performance.now() < stop : rounds < 1; rounds++) {
    const seed = fixed === undefined ? below(Math.random, 2 ** 32) : Number(fixed);
    try {
      check(makeRandom(seed));
    } catch (error) {
      throw new Error(`QMP_FUZZ_SEED=${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  return rounds;
}

/** Pieces that are interesting next to each other. */
const pieces = [
  ...'{}[],:"\'\\-.+eE0123456789 \t\r\n\0\x01\x0b\x7f/%AZaznu',
  ...[
    'true',
    'false',
    'null',
    '{"',
    '":',
    '"}',
    '"}\r\n',
    '{"a":1}',
    '{\r\n',
    '\r\n}',
    '\\u',
    '\\ud83d\\ude00',
    '\\uffff',
    '\\u0000',
  ],
  ...['9007199254740993', '18446744073709551615', '-0', '0e1', '1.0', '1e400', '__proto__', 'é', '\u{1f600}', '\uffff'],
];
const rawBytes = [0x80, 0xbf, 0xc0, 0xc3, 0xed, 0xa0, 0xef, 0xf0, 0xf4, 0xf8, 0xfd, 0xfe, 0xff];

export function randomGarbage(random: Random): Uint8Array {
  const parts = Array.from({ length: 1 + below(random, 40) }, () =>
    random() < 0.08 ? Buffer.from([pick(random, rawBytes)]) : Buffer.from(pick(random, pieces)),
  );
  return Buffer.concat(parts);
}

let inputs: Uint8Array[] | undefined;

/** A recorded session with some bytes changed, dropped, doubled or moved. */
export function mutatedRecording(random: Random): Uint8Array {
  inputs ??= readRecordings()
    .map(({ input }) => input)
    .filter(({ length }) => length > 0 && length < 5000);
  let bytes = Buffer.concat([pick(random, inputs), pick(random, inputs), pick(random, inputs)]);
  for (let count = below(random, 4); count > 0; count--) {
    const from = below(random, bytes.length);
    const to = Math.min(bytes.length, from + below(random, 8));
    const instead = pick(random, [
      [below(random, 256)],
      [],
      [...bytes.subarray(from, to), ...bytes.subarray(from, to)],
    ]);
    bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(instead), bytes.subarray(to)]);
  }
  return bytes;
}

/** The text of a JSON value, in one of many styles, now and then with something that JSON or QEMU refuses. */
export function randomText(random: Random, depth = 4): string {
  const style = pick(random, ['compact', 'spaced', 'pretty'] as const);
  const blank = style === 'compact' ? '' : ' ';
  const write = (level: number): string => {
    const line = style === 'pretty' ? `\r\n${'    '.repeat(depth - level + 1)}` : '';
    const close = style === 'pretty' ? `\r\n${'    '.repeat(depth - level)}` : '';
    const kind = level === depth ? 0 : below(random, level > 0 ? 10 : 8) + 1;
    if (kind === 0 || kind === 9) {
      const members = Array.from(
        { length: below(random, 5) },
        () => `${line}${randomString(random)}:${blank}${write(level - 1)}`,
      );
      return `{${members.join(`,${blank}`)}${close}}`;
    }
    if (kind === 10) {
      return `[${Array.from({ length: below(random, 5) }, () => line + write(level - 1)).join(`,${blank}`)}${close}]`;
    }
    return kind < 4 ? randomString(random) : kind < 7 ? randomNumber(random) : pick(random, ['true', 'false', 'null']);
  };
  return write(depth) + pick(random, ['', '\n', '\r\n', ' ']);
}

const characters = [
  ...'abcdefgh01234567 {}[],:/%\x7f',
  ...[
    '\\n',
    '\\"',
    '\\\\',
    '\\/',
    '\\u00e9',
    '\\u0000',
    '\\ud83d\\ude00',
    'é',
    '€',
    '\u{1f600}',
    'id',
    'execute',
    '__proto__',
    '1',
  ],
];
const rareCharacters = [
  "\\'",
  '\\ud800',
  '\\udc00\\ud800',
  '\\uffff',
  '\\ufdd0',
  '\\ud83f\\udfff',
  '\uffff',
  '\ufdd0',
  '\\x',
  '\\u12',
  '\t',
];

function randomString(random: Random): string {
  const length = random() < 0.02 ? 3000 : below(random, 6);
  const text = Array.from({ length }, () => pick(random, random() < 0.004 ? rareCharacters : characters)).join('');
  return random() < 0.02 ? `'${text.replaceAll("'", '')}'` : `"${text}"`;
}

function randomNumber(random: Random): string {
  switch (below(random, 9)) {
    case 0:
      return pick(random, ['0', '-0', '-0.0', '0.0', '1e3', '1E+2', '0e1', '1.0', '1e400', '1e-400', '01', '1.', '-']);
    case 1:
      return String(2n ** BigInt(below(random, 66)) + BigInt(below(random, 3)) - 1n);
    case 2:
      return String(-(2n ** BigInt(below(random, 65))) + BigInt(below(random, 3)) - 1n);
    case 3:
      return String(random() * 10 ** below(random, 30));
    case 4:
      return `0.${'1234567890'.repeat(3).slice(below(random, 10))}`;
    default:
      return String(below(random, 100000) - 1000);
  }
}

/** Any of the kinds of input, several in a row. */
export function randomInput(random: Random): Uint8Array {
  return Buffer.concat(
    Array.from({ length: 1 + below(random, 4) }, () => {
      const kind = random();
      if (kind < 0.2) return randomGarbage(random);
      return kind < 0.4 ? mutatedRecording(random) : Buffer.from(randomText(random));
    }),
  );
}
