import { IncompleteInput, InputError } from '../language/input-error.js';
import { type Literal, LiteralReader, type Member } from '../language/literal.js';

/** An open bracket before the cursor. */
export interface Frame {
  readonly kind: 'object' | 'list';
  /** The finished members of an object. */
  readonly members: readonly Member[];
  /** The member whose value the cursor stands in. */
  readonly key: string | undefined;
}

/** Where the cursor stands between brackets: `{"driver": "file", "filena`. */
export interface BracketPosition {
  /** The open brackets, the outermost first. */
  readonly path: readonly Frame[];
  readonly role: 'name' | 'value';
  /** The quote before the word under the cursor, or nothing. */
  readonly quote: string;
  /** The word under the cursor, up to the cursor, without its quote. */
  readonly typed: string;
  /** Where the word starts, its quote included. */
  readonly at: number;
}

/** Takes a half-typed value apart that opens with a bracket. Undefined where nothing can be completed. */
export function readBracket(text: string, from: number): BracketPosition | undefined {
  const path: Frame[] = [];
  let at = from;
  for (;;) {
    const found = readFrame(new LiteralReader(text, at));
    if (found === undefined) return undefined;
    path.push(found.frame);
    if (found.opens === undefined) return { path, ...found.word };
    at = found.opens;
  }
}

type Word = Omit<BracketPosition, 'path'>;

/** One open bracket: the cursor stands in a word of its own, or behind a bracket that opens inside. */
type Found =
  | { readonly frame: Frame; readonly opens: number }
  | { readonly frame: Frame; readonly opens: undefined; readonly word: Word };

function readFrame(reader: LiteralReader): Found | undefined {
  const kind = reader.text[reader.at++] === '{' ? 'object' : 'list';
  const members: Member[] = [];
  for (;;) {
    let name: Literal | undefined;
    if (kind === 'object') {
      const read = readItem(reader);
      if (read === undefined || 'opens' in read) return undefined;
      if ('word' in read) {
        return { frame: { kind, members, key: undefined }, opens: undefined, word: { role: 'name', ...read.word } };
      }
      name = read.value;
      if (!take(reader, ':')) return undefined;
    }
    const key = name?.kind === 'word' || name?.kind === 'quoted' ? name.text : undefined;
    const read = readItem(reader);
    if (read === undefined) return undefined;
    const frame = { kind, members, key } as const;
    if ('opens' in read) return { frame, opens: read.opens };
    if ('word' in read) return { frame, opens: undefined, word: { role: 'value', ...read.word } };
    if (key !== undefined && name !== undefined) members.push({ name: key, nameSpan: name, value: read.value });
    if (!take(reader, ',')) return undefined;
  }
}

type Item = { readonly value: Literal } | { readonly word: Omit<Word, 'role'> } | { readonly opens: number };

/** A finished value, the word that the text ends in, or the bracket that it ends behind. Undefined when broken. */
function readItem(reader: LiteralReader): Item | undefined {
  reader.skipBlank();
  const { text, at } = reader;
  const first = text[at] ?? '';
  const quote = first === '"' || first === "'" ? first : '';
  const word = { quote, typed: text.slice(at + quote.length), at };
  if (first === '') return { word };
  try {
    const value = reader.readNested();
    return value.kind === 'word' && reader.at === text.length ? { word } : { value };
  } catch (error) {
    if (error instanceof IncompleteInput) return first === '{' || first === '[' ? { opens: at } : { word };
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function take(reader: LiteralReader, char: string): boolean {
  reader.skipBlank();
  if (reader.text[reader.at] !== char) return false;
  reader.at++;
  return true;
}
