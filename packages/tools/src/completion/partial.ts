import { IncompleteInput, InputError } from '../language/input-error.js';
import { isBlank, LiteralReader } from '../language/literal.js';
import type { Pair } from '../language/statement.js';

/** A half-typed command: what is finished, and the word that the cursor stands in. */
export interface Partial {
  /** The command, when the cursor is past its name. */
  readonly name: string | undefined;
  /** The finished pairs. */
  readonly pairs: readonly Pair[];
  /** The word under the cursor, up to the cursor. */
  readonly word: string;
  /** Where {@link word} starts. */
  readonly at: number;
}

/** Takes a half-typed command apart, from an offset on. Undefined where nothing can be completed. */
export function readPartial(text: string, from: number): Partial | undefined {
  const reader = new LiteralReader(text, from);
  reader.skipBlank();
  const nameAt = reader.at;
  while (reader.at < text.length && !isBlank(text.charCodeAt(reader.at))) reader.at++;
  if (reader.at === text.length) return { name: undefined, pairs: [], word: text.slice(nameAt), at: nameAt };
  const name = text.slice(nameAt, reader.at);
  const pairs: Pair[] = [];
  for (;;) {
    reader.skipBlank();
    const at = reader.at;
    const pair = readPair(reader);
    if (pair === 'broken') return undefined;
    if (pair === undefined) return { name, pairs, word: text.slice(at), at };
    pairs.push(pair);
  }
}

/** The next finished pair, or undefined when the text ends inside it. */
function readPair(reader: LiteralReader): Pair | undefined | 'broken' {
  const { text, at } = reader;
  while (reader.at < text.length && text[reader.at] !== '=' && !isBlank(text.charCodeAt(reader.at))) reader.at++;
  if (reader.at === text.length) return undefined;
  const key = text.slice(at, reader.at);
  if (text[reader.at] !== '=') return 'broken';
  reader.at++;
  try {
    const value = reader.readArgument();
    return reader.at === text.length ? undefined : { key, keySpan: { at, end: at + key.length }, value };
  } catch (error) {
    if (error instanceof IncompleteInput) return undefined;
    if (error instanceof InputError) return 'broken';
    throw error;
  }
}
