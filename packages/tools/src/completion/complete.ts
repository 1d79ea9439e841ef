import type { Member } from '../language/literal.js';
import { foldPairs, splitKey } from '../language/tree.js';
import { actionType } from '../language/typed.js';
import { acceptedWords, memberNote, objectBehind } from '../schema/describe-type.js';
import type { ObjectType, SchemaMember } from '../schema/schema-type.js';
import type { ServerSchema } from '../schema/server-schema.js';
import { type Candidate, type Completion, type CompletionSource, select, textOf } from './candidate.js';
import { completeBracket, completeRaw } from './complete-bracket.js';
import { type Lookup, lookupKind } from './lookup-kind.js';
import { type Partial, readPartial } from './partial.js';

/** Completes the text before the cursor. Never rejects: what cannot be completed has no candidates. */
export async function complete(text: string, source: CompletionSource): Promise<Completion> {
  const start = text.length - text.trimStart().length;
  if (text.startsWith('.', start)) return completeLocal(text, start, source);
  if (text.startsWith('{', start)) return completeRaw(text, start, source);
  const transaction = /^\s*transaction\s*\(/.exec(text);
  if (transaction !== null) return completeAction(text, transaction[0].length, source);
  const prefix = /^\s*(?:(?:help|oob)\s+|\?\s*)/.exec(text);
  const partial = readPartial(text, prefix === null ? start : prefix[0].length);
  if (partial === undefined) return nothing(text);
  if (partial.name === undefined) return completeCommand(partial, source, prefix === null);
  const { schema } = source;
  const command = schema?.command(partial.name);
  if (schema === undefined || command === undefined) return nothing(text);
  const completer = new ArgumentCompleter(schema, source.lookup, partial.name, partial);
  await source.learn(partial.name, (argument) => completer.given(argument));
  const type = schema.argumentType(command);
  return type === undefined ? nothing(text) : completer.complete(type);
}

function completeLocal(text: string, start: number, source: CompletionSource): Completion {
  const word = text.slice(start);
  if (/\s/.test(word)) return nothing(text);
  return select(
    start,
    word,
    source.localNames.map((name) => ({ text: `.${name}`, suffix: ' ' })),
  );
}

function completeCommand(partial: Partial, source: CompletionSource, atStart: boolean): Completion {
  const names = source.schema?.commandNames ?? source.commandNames;
  const words = atStart && partial.word !== '' ? [...names, 'help'] : names;
  return select(
    partial.at,
    partial.word,
    words.map((name) => ({ text: name, suffix: name === 'transaction' ? '(' : ' ' })),
  );
}

async function completeAction(text: string, opened: number, source: CompletionSource): Promise<Completion> {
  const { schema, lookup } = source;
  const command = schema?.command('transaction');
  const union = schema === undefined || command === undefined ? undefined : actionType(schema, command);
  const partial = readPartial(text, Math.max(opened, text.lastIndexOf('\n') + 1));
  if (schema === undefined || union === undefined || partial === undefined) return nothing(text);
  if (partial.name === undefined) {
    return select(
      partial.at,
      partial.word,
      [...union.branches.keys()].map((name) => ({ text: name, suffix: ' ' })),
    );
  }
  const branch = schema.type(union.branches.get(partial.name) ?? '');
  const data = branch?.kind === 'object' ? branch.members.find((member) => member.name === 'data') : undefined;
  const type = data === undefined ? undefined : objectBehind(schema, data.type);
  if (type === undefined) return nothing(text);
  return new ArgumentCompleter(schema, lookup, partial.name, partial).complete(type);
}

/** Completes `name=value` words of one command. */
class ArgumentCompleter {
  readonly #schema: ServerSchema;
  readonly #lookup: Lookup;
  readonly #command: string;
  readonly #partial: Partial;
  readonly #given: readonly Member[];

  constructor(schema: ServerSchema, lookup: Lookup, command: string, partial: Partial) {
    this.#schema = schema;
    this.#lookup = lookup;
    this.#command = command;
    this.#partial = partial;
    this.#given = foldSafely(partial);
  }

  /** The text that another argument was given. */
  given(argument: string): string | undefined {
    return textOf(this.#given.find((member) => member.name === argument)?.value);
  }

  async complete(type: ObjectType): Promise<Completion> {
    const { word, at } = this.#partial;
    const equals = word.indexOf('=');
    const names = splitKey(equals < 0 ? word : word.slice(0, equals));
    const level = this.#descend(type, names.slice(0, -1));
    if (level === undefined) return { from: at, candidates: [] };
    if (equals >= 0) return this.#completeValue(level.known, names.at(-1) ?? '', at + equals + 1);
    const parents = names
      .slice(0, -1)
      .map((name) => `${name}.`)
      .join('');
    const given = new Set(level.given.map((member) => member.name));
    const fresh = level.known.filter((member) => !given.has(member.name)).sort(mandatoryFirst);
    const candidates = fresh.map((member) => this.#memberCandidate(member, parents));
    return select(at, word, candidates);
  }

  #memberCandidate(member: SchemaMember, parents: string): Candidate {
    const kind = this.#schema.type(member.type)?.kind;
    // What may be a word or an object leaves the choice between `=` and `.` open.
    const either = kind === 'alternate' && objectBehind(this.#schema, member.type) !== undefined;
    const suffix = kind === 'object' ? '.' : either ? '' : '=';
    return { text: parents + member.name, suffix, note: memberNote(this.#schema, member) };
  }

  /** The members known and given inside `a.b.`. */
  #descend(type: ObjectType, path: readonly string[]): Level | undefined {
    let level = this.#level(type, this.#given);
    for (const name of path) {
      const member = level.known.find((candidate) => candidate.name === name);
      const inner = member === undefined ? undefined : objectBehind(this.#schema, member.type);
      if (inner === undefined) return undefined;
      const value = level.given.find((candidate) => candidate.name === name)?.value;
      level = this.#level(inner, value?.kind === 'members' ? value.members : []);
    }
    return level;
  }

  #level(type: ObjectType, given: readonly Member[]): Level {
    const known = this.#schema.members(type, (name) => textOf(given.find((member) => member.name === name)?.value));
    return { known, given };
  }

  async #completeValue(known: readonly SchemaMember[], name: string, from: number): Promise<Completion> {
    const value = this.#partial.word.slice(this.#partial.word.indexOf('=') + 1);
    const member = known.find((candidate) => candidate.name === name);
    if (/^[{[]/.test(value)) return this.#completeBracket(member, value, from);
    const words = member === undefined ? [] : acceptedWords(this.#schema, member.type);
    const kind = lookupKind(this.#command, name);
    const given = (argument: string): string | undefined => this.given(argument);
    const asked =
      words.length > 0 || kind === undefined ? [] : await this.#lookup(kind, { typed: value, given }).catch(() => []);
    const candidates = [...words, ...asked].map((text) => ({ text, suffix: kind === 'qom-path' ? '' : ' ' }));
    return select(from, value, candidates);
  }

  #completeBracket(member: SchemaMember | undefined, value: string, from: number): Promise<Completion> {
    const source = { schema: this.#schema, lookup: this.#lookup };
    const text = ' '.repeat(from) + value;
    return completeBracket(text, from, source, this.#command, member?.type ?? '');
  }
}

interface Level {
  readonly known: readonly SchemaMember[];
  readonly given: readonly Member[];
}

function foldSafely(partial: Partial): readonly Member[] {
  try {
    return foldPairs(partial.pairs);
  } catch {
    return [];
  }
}

function mandatoryFirst(left: SchemaMember, right: SchemaMember): number {
  return Number(left.optional) - Number(right.optional);
}

function nothing(text: string): Completion {
  return { from: text.length, candidates: [] };
}
