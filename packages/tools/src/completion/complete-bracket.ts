import type { Member } from '../language/literal.js';
import { acceptedWords, memberNote, objectBehind } from '../schema/describe-type.js';
import type { ObjectType, SchemaMember } from '../schema/schema-type.js';
import type { ServerSchema } from '../schema/server-schema.js';
import { type BracketPosition, type Frame, readBracket } from './bracket.js';
import { type Candidate, type Completion, type CompletionSource, select, textOf } from './candidate.js';
import { lookupKind } from './lookup-kind.js';

type Source = Pick<CompletionSource, 'schema' | 'lookup'>;

/** Completes inside the brackets of an argument: `blockdev-add file={"dri`. */
export async function completeBracket(
  text: string,
  from: number,
  source: Source,
  command: string,
  type: string,
): Promise<Completion> {
  const position = readBracket(text, from);
  if (position === undefined || source.schema === undefined) return nothing(text);
  return completeAt(position, position.path, source, command, type);
}

/** Completes inside of a whole message: `{"execute": "block_resize", "arguments": {"no`. */
export async function completeRaw(text: string, from: number, source: CompletionSource): Promise<Completion> {
  const position = readBracket(text, from);
  const [message, ...inner] = position?.path ?? [];
  if (position === undefined || message === undefined) return nothing(text);
  const { schema } = source;
  const name = textGiven(message.members, 'execute') ?? textGiven(message.members, 'exec-oob');
  if (inner.length > 0) {
    const command = message.key === 'arguments' && name !== undefined ? schema?.command(name) : undefined;
    if (command === undefined || schema === undefined) return nothing(text);
    const [given] = inner;
    await source.learn(command.name, (argument) => textGiven(given?.members ?? [], argument));
    const type = schema.argumentType(command);
    return type === undefined ? nothing(text) : completeAt(position, inner, source, command.name, type.name);
  }
  if (position.role === 'name') return offer(position, messageMembers(message, name !== undefined));
  if (message.key !== 'execute' && message.key !== 'exec-oob') return nothing(text);
  const names = schema?.commandNames ?? source.commandNames;
  const known = message.key === 'execute' ? names : names.filter((one) => schema?.command(one)?.allowOob !== false);
  return offer(
    position,
    known.map((one) => ({ text: one, suffix: '' })),
  );
}

function messageMembers({ members }: Frame, named: boolean): Candidate[] {
  const given = new Set(members.map((member) => member.name));
  const all = [
    ...(named ? [] : ['execute', 'exec-oob']).map((text) => ({ text, suffix: ': "' })),
    { text: 'arguments', suffix: ': {' },
    { text: 'id', suffix: ': ' },
  ];
  return all.filter(({ text }) => !given.has(text));
}

/** Completes a position whose outermost bracket is a value of the named type. */
async function completeAt(
  position: BracketPosition,
  path: readonly Frame[],
  { schema, lookup }: Source,
  command: string,
  outermost: string,
): Promise<Completion> {
  const from = position.at;
  if (schema === undefined) return { from, candidates: [] };
  let type = outermost;
  let key = '';
  for (const frame of path.slice(0, -1)) {
    const inner = innerType(schema, type, frame);
    if (inner === undefined) return { from, candidates: [] };
    type = inner;
    key = frame.key ?? key;
  }
  const last = path.at(-1);
  if (last === undefined) return { from, candidates: [] };
  if (position.role === 'name') return offer(position, memberNames(schema, type, last));
  const valueType = innerType(schema, type, last);
  if (valueType === undefined) return { from, candidates: [] };
  const words = acceptedWords(schema, valueType);
  const kind = lookupKind(command, last.key ?? key);
  const given = (argument: string): string | undefined => textGiven(last.members, argument);
  const asked =
    words.length > 0 || kind === undefined
      ? []
      : await lookup(kind, { typed: position.typed, given }).catch((): string[] => []);
  // A path goes on after each of its parts: its quote stays open.
  const open = kind === 'qom-path' && words.length === 0;
  return offer(
    position,
    [...words, ...asked].map((text) => ({ text, suffix: '' })),
    open,
  );
}

function memberNames(schema: ServerSchema, type: string, frame: Frame): Candidate[] {
  const object = objectBehind(schema, type);
  if (object === undefined) return [];
  const given = new Set(frame.members.map((member) => member.name));
  return known(schema, object, frame)
    .filter((member) => !given.has(member.name))
    .sort((left, right) => Number(left.optional) - Number(right.optional))
    .map((member) => ({ text: member.name, suffix: opening(schema, member), note: memberNote(schema, member) }));
}

function opening(schema: ServerSchema, { type }: SchemaMember): string {
  const kind = schema.type(type)?.kind;
  if (kind === 'object') return ': {';
  return kind === 'array' ? ': [' : ': ';
}

/** The type of the value that the cursor stands in, one bracket further in. */
function innerType(schema: ServerSchema, type: string, frame: Frame): string | undefined {
  if (frame.kind === 'list') {
    const list = schema.type(type);
    return list?.kind === 'array' ? list.element : undefined;
  }
  const object = objectBehind(schema, type);
  return object && known(schema, object, frame).find((member) => member.name === frame.key)?.type;
}

function known(schema: ServerSchema, object: ObjectType, frame: Frame): readonly SchemaMember[] {
  return schema.members(object, (name) => textGiven(frame.members, name));
}

/** Puts candidates into the quotes that JSON wants; a list of bare words, `[a,b`, stays one. */
function offer(position: BracketPosition, candidates: readonly Candidate[], open = false): Completion {
  const { at, quote, typed, path } = position;
  const wanted = quote === '' && path.some((frame) => frame.kind === 'object') ? '"' : quote;
  const fits = select(at, typed, candidates).candidates.map((candidate) => {
    if (quote === '' && position.role === 'value' && /^(?:true|false)$/.test(candidate.text)) return candidate;
    return { ...candidate, text: wanted + candidate.text + (open ? '' : wanted) };
  });
  return { from: at, candidates: fits };
}

function textGiven(members: readonly Member[], name: string): string | undefined {
  return textOf(members.find((member) => member.name === name)?.value);
}

function nothing(text: string): Completion {
  return { from: text.length, candidates: [] };
}
