import type { Finding } from './finding.js';
import { Lexer, SyntaxFailure } from './lexer.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { positionAt, qemuColumn, type SourceFile } from './source.js';
import type { Comment, Expression, ObjectMember, SyntaxFault, SyntaxTree, Value } from './syntax.js';

/** Parses one file. What is not of the language becomes an error item; reading goes on behind it. */
export function parse(source: SourceFile, limits: Limits = DEFAULT_LIMITS): SyntaxTree {
  return new Parser(source, limits).parse();
}

/** Makes a finding of a place and a message, as for a syntax error. */
export function syntaxFinding(source: SourceFile, code: string, message: string, offset: number): Finding {
  const position = positionAt(source, offset);
  const { line, column } = position;
  return { code, message, source, line, column, qemu: { line, column: qemuColumn(position) } };
}

const HASH = 35;
const NEWLINE = 10;

class Parser {
  readonly #source: SourceFile;
  readonly #lexer: Lexer;
  readonly #limits: Limits;
  readonly #items: (Expression | Comment | SyntaxFault)[] = [];
  #errors = 0;
  #depth = 0;

  constructor(source: SourceFile, limits: Limits) {
    this.#source = source;
    this.#limits = limits;
    this.#lexer = new Lexer(source);
  }

  parse(): SyntaxTree {
    const lexer = this.#lexer;
    this.#try(0, () => lexer.next());
    while (lexer.kind !== 'end' && this.#errors < this.#limits.syntaxErrors) {
      if (this.#items.length >= this.#limits.items) {
        const full = new SyntaxFailure('limit', `more than ${this.#limits.items} top-level items`, lexer.offset);
        this.#items.push({ kind: 'error', finding: this.#finding(full) });
        break;
      }
      if (lexer.kind === 'comment') this.#comment();
      else this.#expression();
    }
    return { source: this.#source, items: this.#items };
  }

  /** Runs a step; when it fails, records why and moves to where reading can go on. */
  #try(started: number, step: () => void): void {
    try {
      step();
    } catch (failure) {
      if (!(failure instanceof SyntaxFailure)) throw failure;
      this.#items.push({ kind: 'error', finding: this.#finding(failure) });
      this.#recover(started);
    }
  }

  #finding({ code, message, offset }: SyntaxFailure): Finding {
    this.#errors++;
    return syntaxFinding(this.#source, code, message, offset);
  }

  #recover(started: number): void {
    for (let from = started; this.#errors < this.#limits.syntaxErrors; from = this.#lexer.offset) {
      this.#lexer.recover(from);
      try {
        this.#lexer.next();
        return;
      } catch (failure) {
        if (!(failure instanceof SyntaxFailure)) throw failure;
        this.#items.push({ kind: 'error', finding: this.#finding(failure) });
      }
    }
  }

  #expression(): void {
    const { offset, line } = this.#lexer;
    this.#depth = 0;
    let value: Value | undefined;
    this.#try(offset, () => {
      value = this.#value();
    });
    if (value?.kind === 'object') this.#items.push({ kind: 'expression', value, line });
    else if (value !== undefined) this.#items.push({ kind: 'error', finding: this.#notAnObject(value, line) });
  }

  #notAnObject(value: Value, line: number): Finding {
    this.#errors++;
    const message = 'top-level expression must be an object';
    return {
      code: 'top-level',
      message,
      source: this.#source,
      line,
      column: positionAt(this.#source, value.offset).column,
      qemu: { line },
    };
  }

  #value(): Value {
    const lexer = this.#lexer;
    const { kind, offset } = lexer;
    switch (kind) {
      case 'string': {
        const value = lexer.text;
        lexer.next();
        return { kind, value, offset };
      }
      case 'boolean': {
        const value = lexer.truth;
        lexer.next();
        return { kind, value, offset };
      }
      case '{':
        return { kind: 'object', members: this.#members(), offset };
      case '[':
        return { kind: 'list', items: this.#elements(), offset };
      default:
        throw this.#expected("'{', '[', string, or boolean");
    }
  }

  /** Goes into an object or a list. */
  #enter(): void {
    const { nesting } = this.#limits;
    if (++this.#depth > nesting) {
      throw new SyntaxFailure('nesting', `nested deeper than ${nesting} levels`, this.#lexer.offset);
    }
    this.#lexer.next();
  }

  /** Goes behind an object or a list. */
  #leave(): void {
    this.#lexer.next();
    this.#depth--;
  }

  #members(): Map<string, ObjectMember> {
    const lexer = this.#lexer;
    const members = new Map<string, ObjectMember>();
    this.#enter();
    if (lexer.is('}')) {
      this.#leave();
      return members;
    }
    if (!lexer.is('string')) throw this.#expected("string or '}'");
    for (;;) {
      const key = lexer.text;
      const keyOffset = lexer.offset;
      lexer.next();
      if (!lexer.is(':')) throw this.#expected("':'");
      lexer.next();
      if (members.has(key)) throw new SyntaxFailure('duplicate-key', `duplicate key '${key}'`, lexer.offset);
      members.set(key, { key, keyOffset, value: this.#value() });
      if (lexer.is('}')) break;
      if (!lexer.is(',')) throw this.#expected("',' or '}'");
      lexer.next();
      if (!lexer.is('string')) throw this.#expected('string');
    }
    this.#leave();
    return members;
  }

  #elements(): Value[] {
    const lexer = this.#lexer;
    const items: Value[] = [];
    this.#enter();
    if (lexer.is(']')) {
      this.#leave();
      return items;
    }
    if (!lexer.is('{') && !lexer.is('[') && !lexer.is('string') && !lexer.is('boolean')) {
      throw this.#expected("'{', '[', ']', string, or boolean");
    }
    for (;;) {
      items.push(this.#value());
      if (lexer.is(']')) break;
      if (!lexer.is(',')) throw this.#expected("',' or ']'");
      lexer.next();
    }
    this.#leave();
    return items;
  }

  #expected(what: string): SyntaxFailure {
    return new SyntaxFailure('unexpected-token', `expected ${what}`, this.#lexer.offset);
  }

  /** Reads a documentation block; empty lines in it count as nothing, as QEMU has it. */
  #comment(): void {
    const lexer = this.#lexer;
    const { line, offset } = lexer;
    const lines: number[] = [];
    if (this.#source.text.charCodeAt(offset + 2) !== NEWLINE) {
      const junk = new SyntaxFailure('doc-junk', "junk after '##' at start of documentation comment", offset);
      this.#items.push({ kind: 'error', finding: this.#finding(junk) });
    }
    try {
      lexer.commentLines(lines);
      lexer.next(true);
      while (lexer.kind === 'comment') {
        lines.push(lexer.offset);
        const last = this.#source.text.charCodeAt(lexer.offset + 1) === HASH;
        if (!last) lexer.commentLines(lines);
        lexer.next(!last);
        if (last) {
          this.#items.push({ kind: 'comment', lines, line, offset });
          return;
        }
      }
      const message = "documentation comment must end with '##'";
      throw new SyntaxFailure('doc-unterminated', message, lexer.offset);
    } catch (failure) {
      if (!(failure instanceof SyntaxFailure)) throw failure;
      this.#items.push({ kind: 'comment', lines, line, offset, failure: this.#finding(failure) });
      this.#recover(offset);
    }
  }
}
