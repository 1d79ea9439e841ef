import { IncompleteInput, InputError, type Span } from './input-error.js';
import { isBlank, type Literal, LiteralReader, type Members } from './literal.js';

/** `key=value`, as typed. */
export interface Pair {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Literal;
}

/** A command or an action of a transaction with its arguments, as typed. */
export interface Call {
  readonly name: string;
  readonly nameSpan: Span;
  readonly pairs: readonly Pair[];
}

/** The text that a top argument of a call was given. */
export function givenText(call: Call, argument: string): string | undefined {
  const value = call.pairs.find((pair) => pair.key === argument)?.value;
  return value?.kind === 'word' || value?.kind === 'quoted' ? value.text : undefined;
}

/** What has to be known of a call before it is typed: its command, and the arguments that a device may hide in. */
export function learning(call: Call): [command: string, given: (argument: string) => string | undefined] {
  return [call.name, (argument) => givenText(call, argument)];
}

/** What one input of the shell asks for. */
export type Statement =
  | { readonly kind: 'empty' }
  /** `query-status`, `device_del id=disk0`; with `oob` in front it is sent out-of-band. */
  | { readonly kind: 'command'; readonly call: Call; readonly oob: boolean }
  /** `{"execute": "query-status"}`: sent as it is. */
  | { readonly kind: 'raw'; readonly message: Members }
  /** `transaction( … )`: one action a line. */
  | { readonly kind: 'transaction'; readonly actions: readonly Call[] }
  /** `help`, `?`, `help blockdev-add driver=qcow2`. */
  | { readonly kind: 'help'; readonly topic: Call | undefined }
  /** `.events off`: for the shell itself. */
  | { readonly kind: 'local'; readonly name: string; readonly words: readonly string[] };

/**
 * Reads one input, which may have several lines.
 *
 * @throws {IncompleteInput} when a bracket, a quote, a transaction or a line that ends with `\` wants another line.
 * @throws {InputError} when it cannot be read.
 */
export function parseStatement(text: string): Statement {
  if (/(^|[^\\])\\$/.test(text)) {
    throw new IncompleteInput('the line goes on', { at: text.length - 1, end: text.length });
  }
  const source = text.replace(/\\\r?\n/g, (cut) => ' '.repeat(cut.length));
  const trimmed = source.trim();
  if (trimmed === '') return { kind: 'empty' };
  if (trimmed.startsWith('{')) return parseRaw(source);
  if (trimmed.startsWith('.')) return parseLocal(trimmed);
  if (/^transaction\s*\(/.test(trimmed)) return parseTransaction(source);
  if (trimmed.startsWith('?')) return { kind: 'help', topic: parseTopic(source, source.indexOf('?') + 1) };
  const call = parseCall(source, 0, source.length);
  if (call.name === 'help') return { kind: 'help', topic: parseTopic(source, call.nameSpan.end) };
  if (call.name !== 'oob') return { kind: 'command', call, oob: false };
  return { kind: 'command', call: parseCall(source, call.nameSpan.end, source.length), oob: true };
}

/** Reads `name key=value …` in a part of the text. Offsets in the result count from the start of the text. */
function parseCall(text: string, from: number, to: number): Call {
  const reader = new LiteralReader(text.slice(0, to), from);
  reader.skipBlank();
  const at = reader.at;
  while (reader.at < to && !isBlank(text.charCodeAt(reader.at))) reader.at++;
  const name = text.slice(at, reader.at);
  if (name === '') throw new InputError('a command name is missing', { at: from, end: to });
  if (name.includes('='))
    throw new InputError(`'${name}' stands where the command name belongs`, { at, end: reader.at });
  const nameSpan = { at, end: reader.at };
  if (name === 'oob' || name === 'help') return { name, nameSpan, pairs: [] };
  return { name, nameSpan, pairs: parsePairs(reader) };
}

function parsePairs(reader: LiteralReader): Pair[] {
  const pairs: Pair[] = [];
  for (;;) {
    reader.skipBlank();
    if (reader.at >= reader.text.length) return pairs;
    pairs.push(parsePair(reader));
  }
}

function parsePair(reader: LiteralReader): Pair {
  const { text, at } = reader;
  while (reader.at < text.length && text[reader.at] !== '=' && !isBlank(text.charCodeAt(reader.at))) reader.at++;
  const key = text.slice(at, reader.at);
  const keySpan = { at, end: reader.at };
  if (text[reader.at] !== '=') {
    throw new InputError(`'${key}' has no value`, keySpan, `write ${/^[\w.-]+$/.test(key) ? key : 'name'}=value`);
  }
  if (key === '') throw new InputError("'=' without a name before it", { at, end: at + 1 }, 'write name=value');
  reader.at++;
  return { key, keySpan, value: reader.readArgument() };
}

function parseRaw(text: string): Statement {
  const reader = new LiteralReader(text);
  const message = reader.readNested();
  reader.skipBlank();
  if (reader.at < text.length) {
    throw new InputError(
      'text after the end of the object',
      { at: reader.at, end: text.length },
      'send one object a line',
    );
  }
  if (message.kind !== 'members') throw new InputError('a message is an object', message);
  return { kind: 'raw', message };
}

function parseLocal(text: string): Statement {
  const [name = '', ...words] = text.slice(1).split(/\s+/);
  return { kind: 'local', name, words };
}

/** The call that help is wanted for. Half-typed pairs are no error here. */
function parseTopic(text: string, from: number): Call | undefined {
  if (text.slice(from).trim() === '') return undefined;
  return parseCall(text, from, text.length);
}

function parseTransaction(text: string): Statement {
  const open = text.indexOf('(') + 1;
  const close = text.trimEnd().endsWith(')') ? text.lastIndexOf(')') : -1;
  const stop = close < open ? text.length : close;
  const actions: Call[] = [];
  for (const [at, end] of splitActions(text, open, stop)) actions.push(parseCall(text, at, end));
  if (close < open) throw new IncompleteInput("')' ends the transaction", { at: open - 1, end: open });
  if (actions.length === 0) {
    throw new InputError('a transaction without actions', { at: 0, end: text.length }, 'write one action a line');
  }
  return { kind: 'transaction', actions };
}

/** The pieces between newlines that stand outside of brackets and quotes. */
function splitActions(text: string, from: number, to: number): [number, number][] {
  const pieces: [number, number][] = [];
  let start = from;
  let depth = 0;
  let quote = '';
  for (let at = from; at <= to; at++) {
    const char = at === to ? '\n' : (text[at] ?? '');
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (opensString(text, at)) quote = char;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if ((char === '\n' && depth <= 0 && quote === '') || at === to) {
      if (text.slice(start, at).trim() !== '') pieces.push([start, at]);
      start = at + 1;
    }
  }
  return pieces;
}

/** A quote inside a bare word, as in `it's`, opens nothing. */
function opensString(text: string, at: number): boolean {
  const char = text[at];
  return (char === '"' || char === "'") && /[=[{,:\s]/.test(text[at - 1] ?? ' ');
}
