/** Ways to read the same bytes, written down so that they can be compared. */

import { JsonDouble, type JsonLimits, JsonReader, type JsonReaderOptions, type JsonValue } from 'qmp/json';
import { normalizeLimits } from '#src/json/limits.js';
import { MessageMachine } from '#src/json/machine.js';
import { below, type Random } from './random.js';

/** The combinations of options that readers are used with. */
export const modes: readonly JsonReaderOptions[] = [
  { strict: true, doubles: 'plain' },
  { strict: true, doubles: 'keep' },
  { strict: false, doubles: 'plain' },
  { strict: false, doubles: 'keep' },
];

/** Writes a value down so that everything that can be told apart looks different. */
export function show(value: JsonValue | undefined): string {
  if (JsonDouble.is(value)) return `double(${Object.is(value.value, -0) ? '-0' : value.value})`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (Array.isArray(value)) return `[${value.map(show).join()}]`;
  const object = value as Readonly<Record<string, JsonValue>>;
  return `{${Object.keys(object).map((name) => `${JSON.stringify(name)}:${show(object[name])}`)}}`;
}

/** What the machine that follows QEMU byte by byte makes of the input: the reference. */
export function readExactly(input: Uint8Array, mode: JsonReaderOptions, limits?: Partial<JsonLimits>): string[] {
  const machine = new MessageMachine(normalizeLimits(limits), {
    doubles: mode.doubles ?? 'plain',
    strict: mode.strict ?? true,
  });
  const seen: string[] = [];
  for (let at = 0; at < input.length; ) {
    at = machine.read(input, at, input.length);
    const outcome = machine.take();
    if (outcome !== undefined) seen.push('error' in outcome ? outcome.error.message : show(outcome.value));
  }
  return seen;
}

/** Feeds single bytes to both ways and notes after how many bytes each of them said something. */
export function readBytewise(input: Uint8Array, mode: JsonReaderOptions): { exact: string[]; fast: string[] } {
  const machine = new MessageMachine(normalizeLimits(), {
    doubles: mode.doubles ?? 'plain',
    strict: mode.strict ?? true,
  });
  const fast: string[] = [];
  const exact: string[] = [];
  let at = 0;
  const reader = new JsonReader(
    {
      message: (value) => fast.push(`${at}: ${show(value)}`),
      error: (error) => fast.push(`${at}: ${error.message}`),
    },
    mode,
  );
  for (; at < input.length; at++) {
    reader.push(input.subarray(at, at + 1));
    for (let read = at; read < at + 1; ) {
      read = machine.read(input, read, at + 1);
      const outcome = machine.take();
      if (outcome !== undefined)
        exact.push(`${at}: ${'error' in outcome ? outcome.error.message : show(outcome.value)}`);
    }
  }
  return { exact, fast };
}

/** How to feed a reader. */
export interface Feeding {
  /** The size of the chunk that begins at an offset. */
  readonly cut: (offset: number) => number;
  /** Tells whether to pause at a message. Reading goes on after the chunk. */
  readonly pauses?: () => boolean;
}

/** What a reader makes of the input. Each chunk is overwritten after the call it was lent for. */
export function readInChunks(
  input: Uint8Array,
  mode: JsonReaderOptions,
  { cut, pauses = () => false }: Feeding,
  limits: Partial<JsonLimits> = {},
): string[] {
  const seen: string[] = [];
  const take = (text: string) => {
    seen.push(text);
    if (pauses()) reader.pause();
  };
  const reader = new JsonReader(
    { message: (value) => take(show(value)), error: (error) => take(error.message) },
    { ...mode, limits },
  );
  for (let at = 0; at < input.length; ) {
    const chunk = new Uint8Array(input.subarray(at, at + Math.max(1, cut(at))));
    at += chunk.length;
    reader.push(chunk);
    chunk.fill(0x58);
    while (reader.paused && Math.abs(at % 3) !== 1) reader.resume();
  }
  while (reader.paused) reader.resume();
  return seen;
}

export const inOnePiece: Feeding = { cut: () => Number.MAX_SAFE_INTEGER };
export const inSingleBytes: Feeding = { cut: () => 1 };

export function inRandomPieces(random: Random): Feeding {
  const largest = 1 + below(random, 200);
  const pausing = random() < 0.5 ? random() : 0;
  return { cut: () => 1 + below(random, largest), pauses: () => random() < pausing };
}
