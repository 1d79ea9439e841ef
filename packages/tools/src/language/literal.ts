import { IncompleteInput, InputError, type Span } from './input-error.js';

/** A value as it was typed, before the schema says what it means. */
export type Literal = Word | Quoted | List | Members;

/** Typed without quotes: `12`, `true`, `disk0`, `10G`. Only the schema can tell what it is. */
export interface Word extends Span {
  readonly kind: 'word';
  readonly text: string;
}

/** Typed in quotes: always a string. */
export interface Quoted extends Span {
  readonly kind: 'quoted';
  readonly text: string;
}

export interface List extends Span {
  readonly kind: 'list';
  readonly items: readonly Literal[];
}

export interface Members extends Span {
  readonly kind: 'members';
  readonly members: readonly Member[];
}

export interface Member {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: Literal;
}

/** How deep brackets may nest in typed text; QEMU refuses more as well. */
const nestingLimit = 1024;

/** Reads values out of typed text, from an offset on. */
export class LiteralReader {
  readonly text: string;
  at: number;
  #depth = 0;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  /** Skips blanks, and newlines too. */
  skipBlank(): void {
    while (this.at < this.text.length && isBlank(this.text.charCodeAt(this.at))) this.at++;
  }

  /** Reads the value of a `key=value` pair: a bare word reaches to the next blank. */
  readArgument(): Literal {
    const first = this.text[this.at];
    if (first === '{' || first === '[' || first === '"' || first === "'") return this.#readClosed();
    return this.#readBareArgument();
  }

  /** Reads a value between brackets, where a bare word also ends at `, : ] }`. */
  readNested(): Literal {
    this.skipBlank();
    const first = this.text[this.at];
    if (first === undefined) throw this.#incomplete(this.at, 'a value is missing');
    if (first === '{' || first === '[' || first === '"' || first === "'") return this.#readBracketOrString();
    const at = this.at;
    while (this.at < this.text.length && !/[\s,:\]}[{"']/.test(this.text[this.at] ?? '')) this.at++;
    if (this.at === at) throw new InputError(`a value is missing before '${first}'`, { at, end: at + 1 });
    return { kind: 'word', text: this.text.slice(at, this.at), at, end: this.at };
  }

  #readClosed(): Literal {
    const value = this.#readBracketOrString();
    const next = this.text[this.at];
    if (next !== undefined && !isBlank(next.charCodeAt(0))) {
      const what = value.kind === 'quoted' ? 'closing quote' : 'closing bracket';
      throw new InputError(
        `'${next}' directly after the ${what}`,
        { at: this.at, end: this.at + 1 },
        'put a blank there',
      );
    }
    return value;
  }

  #readBareArgument(): Word {
    const at = this.at;
    let text = '';
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at] ?? '';
      if (char === '\\' && this.text[this.at + 1] === ' ') {
        text += ' ';
        this.at++;
      } else if (isBlank(char.charCodeAt(0))) break;
      else text += char;
    }
    return { kind: 'word', text, at, end: this.at };
  }

  #readBracketOrString(): Literal {
    const first = this.text[this.at];
    if (first === '"' || first === "'") return this.#readString(first);
    if (++this.#depth > nestingLimit) {
      throw new InputError(`more than ${nestingLimit} nested brackets`, { at: this.at, end: this.at + 1 });
    }
    const value = first === '[' ? this.#readList() : this.#readMembers();
    this.#depth--;
    return value;
  }

  #readList(): List {
    const at = this.at++;
    const items: Literal[] = [];
    for (;;) {
      this.skipBlank();
      if (this.#take(']')) return { kind: 'list', items, at, end: this.at };
      items.push(this.readNested());
      this.#separator(at, ']');
    }
  }

  #readMembers(): Members {
    const at = this.at++;
    const members: Member[] = [];
    for (;;) {
      this.skipBlank();
      if (this.#take('}')) return { kind: 'members', members, at, end: this.at };
      const name = this.readNested();
      if (name.kind !== 'word' && name.kind !== 'quoted') throw new InputError('a member name must be a string', name);
      this.skipBlank();
      if (this.at >= this.text.length) throw this.#incomplete(at, `':' is missing after '${name.text}'`);
      if (!this.#take(':')) throw new InputError(`':' is missing after '${name.text}'`, name);
      if (members.some((member) => member.name === name.text)) {
        throw new InputError(`member '${name.text}' is given twice`, name);
      }
      members.push({ name: name.text, nameSpan: name, value: this.readNested() });
      this.#separator(at, '}');
    }
  }

  #separator(opened: number, closer: ']' | '}'): void {
    this.skipBlank();
    const next = this.text[this.at];
    if (next === undefined) throw this.#incomplete(opened, `'${closer}' is missing`);
    if (next === ',') this.at++;
    else if (next !== closer) {
      throw new InputError(`',' or '${closer}' expected, not '${next}'`, { at: this.at, end: this.at + 1 });
    }
  }

  #readString(quote: string): Quoted {
    const at = this.at++;
    let text = '';
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined) throw this.#incomplete(at, `closing ${quote} is missing`);
      this.at++;
      if (char === quote) return { kind: 'quoted', text, at, end: this.at };
      text += char === '\\' ? this.#readEscape() : char;
    }
  }

  #readEscape(): string {
    const at = this.at - 1;
    const letter = this.text[this.at++];
    if (letter === undefined) throw this.#incomplete(at, 'closing quote is missing');
    const plain = escapes[letter];
    if (plain !== undefined) return plain;
    const digits = this.text.slice(this.at, this.at + 4);
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) {
      throw new InputError(`unknown escape '\\${letter}'`, { at, end: at + 2 }, 'write \\\\ for a backslash');
    }
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  #incomplete(at: number, message: string): IncompleteInput {
    return new IncompleteInput(message, { at, end: Math.max(at + 1, this.text.length) });
  }
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Tells blanks as the shell does: space, tab, newline, carriage return. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}
