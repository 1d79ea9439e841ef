import type { SourceFile } from './source.js';

/** A token's kind: punctuation stands for itself; `comment` is one line of a documentation block. */
export type TokenKind = '{' | '}' | '[' | ']' | ':' | ',' | 'string' | 'boolean' | 'comment' | 'end';

/** A place where the text is not of the language. Used inside the parser only, which makes a finding of it. */
export class SyntaxFailure {
  readonly code: string;
  readonly message: string;
  readonly offset: number;

  constructor(code: string, message: string, offset: number) {
    this.code = code;
    this.message = message;
    this.offset = offset;
  }
}

const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 39;
const HASH = 35;
const BACKSLASH = 92;
/** A string without escapes. */
const PLAIN_STRING = /'[ -&(-[\]-~]*'/y;
const INDENTATION = / */y;
/** Longer stray text is cut in messages. */
const STRAY_LIMIT = 60;

/** Whether Python calls a UTF-16 unit a space, which is what QEMU's compiler skips between tokens. */
export function isSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13) || code >= 28;
  if (code < 0x85) return false;
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** Reads one token at a time. The current token is in the fields; {@link Lexer.next} moves on. */
export class Lexer {
  readonly source: SourceFile;
  kind: TokenKind = 'end';
  /** A string's value. */
  text = '';
  /** A boolean's value. */
  truth = false;
  /** Where the token starts. */
  offset = 0;
  /** The line the token is on, 1-based. */
  line = 1;
  #cursor = 0;

  constructor(source: SourceFile) {
    this.source = source;
  }

  /** Whether the current token is of a kind. */
  is(kind: TokenKind): boolean {
    return this.kind === kind;
  }

  /**
   * Reads the next token.
   *
   * @param keepComments whether a plain comment is a token too, as it is inside a documentation block.
   */
  next(keepComments = false): void {
    const { text } = this.source;
    let at = this.#cursor;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === SPACE) {
        at++;
        continue;
      }
      if (code === NEWLINE) {
        if (at + 1 >= text.length) {
          this.#take('end', at, at);
          return;
        }
        this.line++;
        INDENTATION.lastIndex = at + 1;
        INDENTATION.test(text);
        at = INDENTATION.lastIndex;
        continue;
      }
      if (code === QUOTE) {
        this.#string(at);
        return;
      }
      const punctuation = code < 128 ? PUNCTUATION[code] : undefined;
      if (punctuation !== undefined) {
        this.#take(punctuation, at, at + 1);
        return;
      }
      if (code === HASH) {
        const end = text.indexOf('\n', at);
        if (keepComments || text.charCodeAt(at + 1) === HASH) {
          this.#take('comment', at, end);
          return;
        }
        at = end;
        continue;
      }
      if (code === 116 && text.startsWith('true', at)) {
        this.truth = true;
        this.#take('boolean', at, at + 4);
        return;
      }
      if (code === 102 && text.startsWith('false', at)) {
        this.truth = false;
        this.#take('boolean', at, at + 5);
        return;
      }
      if (!isSpace(code)) throw this.#stray(at);
      at++;
    }
  }

  #take(kind: TokenKind, start: number, end: number): void {
    this.kind = kind;
    this.offset = start;
    this.#cursor = end;
  }

  /**
   * Takes the lines of a documentation block that directly follow the current line and start with `# ` or are `#`; their
   * offsets are added to `lines`. What looks different is left to {@link Lexer.next}.
   */
  commentLines(lines: number[]): void {
    const { text } = this.source;
    let end = this.#cursor;
    for (let at = end + 1; text.charCodeAt(at) === HASH && text.charCodeAt(at + 1) !== HASH; at = end + 1) {
      lines.push(at);
      this.line++;
      end = text.indexOf('\n', at);
    }
    this.#cursor = end;
  }

  /**
   * Skips to the next line that starts with `{` or `##`: where reading goes on after a failure.
   *
   * The current token counts too, unless reading started with it.
   */
  recover(started: number): void {
    const { text } = this.source;
    let at = this.offset > started && text.charCodeAt(this.offset - 1) === NEWLINE ? this.offset - 1 : this.#cursor;
    if (at === this.offset - 1) this.line--;
    for (;;) {
      at = text.indexOf('\n', at);
      if (at === -1 || at + 1 >= text.length) {
        this.#cursor = text.length - 1;
        return;
      }
      this.line++;
      at++;
      const code = text.charCodeAt(at);
      if (code === 123 || (code === HASH && text.charCodeAt(at + 1) === HASH)) {
        this.#cursor = at;
        return;
      }
    }
  }

  #string(start: number): void {
    const { text } = this.source;
    PLAIN_STRING.lastIndex = start;
    // Calling for each character would cost more than all the rest of reading.
    if (PLAIN_STRING.test(text)) {
      const end = PLAIN_STRING.lastIndex;
      this.text = text.slice(start + 1, end - 1);
      this.#take('string', start, end);
    } else this.#stringWithEscapes(start);
  }

  #stringWithEscapes(start: number): void {
    const { text } = this.source;
    let at = start + 1;
    let from = at;
    let value = '';
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === NEWLINE) throw this.#failString('missing-quote', `missing terminating "'"`, start, at);
      if (code === BACKSLASH) {
        value += text.slice(from, at);
        from = ++at;
        if (text.charCodeAt(at) === NEWLINE) continue;
        if (text.charCodeAt(at) !== BACKSLASH) {
          const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
          throw this.#failString('unknown-escape', `unknown escape \\${char}`, start, at);
        }
      } else if (code < 32 || code >= 127) {
        throw this.#failString('funny-character', 'funny character in string', start, at);
      }
      at++;
    }
    this.text = value + text.slice(from, at);
    this.#take('string', start, at + 1);
  }

  #failString(code: string, message: string, start: number, at: number): SyntaxFailure {
    this.offset = start;
    this.#cursor = at;
    return new SyntaxFailure(code, message, start);
  }

  #stray(start: number): SyntaxFailure {
    const { text } = this.source;
    let at = start + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE || PUNCTUATION[code] !== undefined || isSpace(code)) break;
    }
    this.offset = start;
    this.#cursor = at;
    const stray = at - start > STRAY_LIMIT ? `${text.slice(start, start + STRAY_LIMIT)}…` : text.slice(start, at);
    return new SyntaxFailure('stray', `stray '${stray}'`, start);
  }
}

/** Punctuation by character code. */
const PUNCTUATION: readonly (TokenKind | undefined)[] = (() => {
  const table = new Array<TokenKind | undefined>(128).fill(undefined);
  for (const char of ['{', '}', '[', ']', ':', ','] as const) table[char.charCodeAt(0)] = char;
  return table;
})();

/** A token by itself. */
export interface Token {
  readonly kind: TokenKind;
  readonly offset: number;
  readonly line: number;
  /** A string's value. */
  readonly text?: string;
  readonly truth?: boolean;
}

/**
 * Splits a text into its tokens, up to its end.
 *
 * @throws {SyntaxFailure} where the text is not of the language.
 */
export function* tokens(source: SourceFile): Generator<Token, void> {
  const lexer = new Lexer(source);
  for (;;) {
    lexer.next();
    const { kind, offset, line } = lexer;
    if (kind === 'end') return;
    if (kind === 'boolean') yield { kind, offset, line, truth: lexer.truth };
    else if (kind === 'string') yield { kind, offset, line, text: lexer.text };
    else yield { kind, offset, line };
  }
}
