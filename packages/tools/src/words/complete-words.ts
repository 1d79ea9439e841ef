import type { ArgumentSpec, CommandSpec } from '../cli/command-spec.js';
import { type Cursor, findCursor, flagsOf, splitAddress } from './command-line.js';
import { paths } from './paths.js';
import type { Word } from './word.js';

/** Asks the machine at an address for what only it knows. May reject. */
export type AskMachine = (
  kind: LiveKind,
  address: string,
  given: readonly string[],
  word: string,
) => Promise<readonly Word[]>;

/** What only a machine can complete. */
export type LiveKind = Extract<ArgumentSpec['completes'], `live:${string}`>;

/**
 * Completes the command line of a shell.
 *
 * @param words the program first, the word under the cursor last.
 */
export async function completeWords(
  specs: readonly CommandSpec[],
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  ask: AskMachine,
): Promise<readonly Word[]> {
  const cursor = findCursor(specs, words);
  if (cursor === undefined) return [];
  const found = await candidates(cursor, env, ask);
  return found
    .filter(({ text }) => text.startsWith(cursor.word))
    .map(({ text, note }) => ({ text: cursor.before + text, note }));
}

async function candidates(cursor: Cursor, env: NodeJS.ProcessEnv, ask: AskMachine): Promise<readonly Word[]> {
  const { spec, option, word } = cursor;
  if (option !== undefined) {
    if (option.choices !== undefined) return option.choices.map(plain);
    return option.completes === undefined ? [] : paths(word, option.completes === 'address');
  }
  if (word.startsWith('-') && (spec.passThrough !== true || cursor.given.length === 0)) return options(spec);
  if (spec.commands !== undefined) return spec.commands.map(({ name, summary }) => ({ text: name, note: summary }));
  const { address, specs, given } = splitAddress(cursor, env);
  const last = specs.at(-1);
  const argument = specs[given.length] ?? (last?.many === true ? last : undefined);
  const completes = argument?.completes;
  if (completes === undefined) return [];
  if (completes === 'file' || completes === 'address') return paths(word, completes === 'address');
  // Of several arguments only the first is one of these words.
  if (typeof completes !== 'string') return given.length < specs.length ? completes.map(plain) : [];
  return address === undefined ? [] : ask(completes, address, given, word);
}

function options(spec: CommandSpec): Word[] {
  const known = (spec.options ?? []).flatMap((option) =>
    flagsOf(option).map((text) => ({ text, note: option.summary })),
  );
  return [...known, { text: '--help', note: 'show how' }];
}

function plain(text: string): Word {
  return { text, note: '' };
}
