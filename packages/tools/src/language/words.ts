import { InputError } from './input-error.js';
import { LiteralReader } from './literal.js';
import type { Call, Pair } from './statement.js';

/**
 * A call from the words of a command line. The user's own shell has taken quotes away already: `name=a b` in one word
 * is a value with a blank. Spans are offsets in the word.
 *
 * @throws {InputError} when a word after the first has no `=`.
 */
export function callFromWords(words: readonly string[]): Call {
  const [name = '', ...others] = words;
  return { name, nameSpan: { at: 0, end: name.length }, pairs: others.map(pairFromWord) };
}

/** `key=value` in one word. */
export function pairFromWord(word: string): Pair {
  const equals = word.indexOf('=');
  if (equals < 0) throw new InputError(`'${word}' has no value`, { at: 0, end: word.length }, `write ${word}=value`);
  if (equals === 0) throw new InputError(`'${word}' has no name before the =`, { at: 0, end: 1 }, 'write name=value');
  const keySpan = { at: 0, end: equals };
  const key = word.slice(0, equals);
  if (/^["'[{]/.test(word.slice(equals + 1))) {
    const reader = new LiteralReader(word, equals + 1);
    const value = reader.readArgument();
    reader.skipBlank();
    if (reader.at === word.length) return { key, keySpan, value };
    throw new InputError(`text after the value of '${key}'`, { at: reader.at, end: word.length });
  }
  const text = word.slice(equals + 1);
  return { key, keySpan, value: { kind: 'word', text, at: equals + 1, end: word.length } };
}
