/**
 * Reads documentation as QEMU does since 9.0: a block is a sequence of parts, a part starts after an empty line, and its
 * continuation lines are indented.
 *
 * Source of the rules: docs/devel/qapi-code-gen.rst, "Documentation comments", and the behaviour of QEMU 10.2.
 */

import type { DialectRules } from './dialect.js';
import { DocBuilder, type DocResult, describedName, indentOf, TAGS } from './doc-builder.js';
import { StyleCheck } from './doc-style.js';
import type { SourceFile } from './source.js';
import type { Comment, CommentLine } from './syntax.js';

/** Reads a documentation block by the rules of 9.0 and later. */
export function readParts(source: SourceFile, comment: Comment, rules: DialectRules): DocResult {
  const reader = new PartsReader(source, comment, rules);
  reader.read();
  return reader.doc;
}

const ONCE = new Set(['returns', 'errors', 'since']);

class PartsReader {
  readonly doc: DocBuilder;
  readonly #rules: DialectRules;
  readonly #style: StyleCheck | undefined;
  readonly #lines: readonly CommentLine[];
  #next = 0;
  /** The line that was read last, and its text; no text at the end of the block. */
  #line: CommentLine;
  #text: string | undefined;
  /** Members may not be described any more. */
  #membersEnded = false;

  constructor(source: SourceFile, comment: Comment, rules: DialectRules) {
    this.doc = new DocBuilder(source, comment);
    this.#rules = rules;
    this.#lines = comment.lines;
    this.#line = { text: '##', line: comment.line, offset: comment.offset };
    if (rules.style) this.#style = new StyleCheck(this.doc);
  }

  read(): void {
    const { doc } = this;
    this.#advance();
    if (this.#text?.startsWith('@')) this.#definition();
    else this.#freeForm();
    if (doc.comment.failure !== undefined) doc.findings.push(doc.comment.failure);
    for (const { kind, line, text } of doc.sections) {
      if (kind === 'plain' || text.some((each) => each !== '')) continue;
      const label = kind[0]?.toUpperCase() + kind.slice(1);
      doc.failAt('doc-text', `text required after '${label}:'`, line);
    }
    doc.finish();
  }

  #advance(): void {
    const line = this.#lines[this.#next++];
    if (line === undefined) {
      this.#text = undefined;
      return;
    }
    this.#line = line;
    this.#text = this.doc.content(line)?.trimEnd();
    if (this.#text !== undefined) this.#style?.check(line, this.#text);
  }

  #skipEmpty(): void {
    while (this.#text === '') this.#advance();
  }

  #freeForm(): void {
    const { doc } = this;
    for (let first = true; this.#text !== undefined; first = false, this.#advance()) {
      const described = describedName(this.#text);
      if (described !== undefined) {
        doc.fail('doc-free-form', `'@${described.name}:' not allowed in free-form documentation`, this.#line);
      } else if (this.#rules.headings && !first && this.#text.startsWith('=')) {
        doc.fail('doc-heading', "'=' heading must come first in a comment block", this.#line);
      }
      doc.current.text.push(this.#text);
    }
  }

  #definition(): void {
    const { doc } = this;
    const text = this.#text ?? '';
    if (!text.endsWith(':')) doc.fail('doc-symbol', "line should end with ':'", this.#line);
    doc.symbol = text.endsWith(':') ? text.slice(1, -1) : text.slice(1);
    if (text === '@:') doc.fail('doc-symbol', "name required after '@'", this.#line);
    this.#advance();
    for (;;) {
      this.#skipEmpty();
      if (this.#text === undefined) return;
      this.#part(this.#text);
    }
  }

  /** Reads the part that starts with the current line. */
  #part(text: string): void {
    const { doc } = this;
    if (text === 'Features:') {
      this.#features();
      return;
    }
    const described = describedName(text);
    if (described !== undefined) {
      if (this.#membersEnded) {
        doc.fail('doc-order', `description of '@${described.name}:' follows a section`, this.#line);
      }
      this.#descriptions('member');
      this.#membersEnded = true;
      return;
    }
    const tag = this.#tag(text);
    if (tag !== undefined) {
      this.#tagged(tag, text);
      return;
    }
    if (this.#rules.headings && text.startsWith('=')) {
      doc.fail('doc-heading', "unexpected '=' markup in definition documentation", this.#line);
    }
    this.#paragraph();
  }

  #features(): void {
    const { doc } = this;
    if (doc.sections.some(({ kind }) => kind === 'feature')) {
      doc.fail('doc-features', "duplicated 'Features:' line", this.#line);
    }
    this.#advance();
    this.#skipEmpty();
    const before = doc.sections.length;
    this.#descriptions('feature');
    if (doc.sections.length === before) doc.fail('doc-features', 'feature descriptions expected', this.#line);
    this.#membersEnded = true;
  }

  /** Reads descriptions (`@name: text`) one behind the other. */
  #descriptions(kind: 'member' | 'feature'): void {
    const { doc } = this;
    for (;;) {
      const described = this.#text === undefined ? undefined : describedName(this.#text);
      if (described === undefined) return;
      const { name, length } = described;
      const { line } = this.#line;
      if (name === '') doc.failAt('doc-name', 'invalid parameter name', line);
      else if (doc.has(kind, name)) doc.failAt('doc-duplicate', `'${name}' parameter name duplicated`, line);
      doc.open(kind, line, { name });
      this.#startText(length);
    }
  }

  #tag(text: string): string | undefined {
    const first = text.charCodeAt(0);
    if (first < 65 || first > 90) return undefined;
    const colon = text.indexOf(':');
    if (colon < 4 || colon > 8 || text.charCodeAt(colon + 1) === 58) return undefined;
    const word = text.slice(0, colon);
    return TAGS.has(word) ? word : undefined;
  }

  #tagged(tag: string, text: string): void {
    const { doc } = this;
    const kind = TAGS.get(tag) ?? 'plain';
    if (!this.#rules.noteTags && (kind === 'note' || kind === 'example')) {
      doc.fail('doc-tag', `The '${tag}' section is no longer supported. ${REPLACEMENTS[kind]}`, this.#line);
    }
    if (ONCE.has(kind) && doc.has(kind)) {
      doc.failAt('doc-duplicate', `duplicated '${tag}' section`, this.#line.line);
    }
    let length = tag.length + 1;
    while (text.charCodeAt(length) === 32) length++;
    doc.open(kind, this.#line.line, { tag });
    this.#startText(length);
    this.#membersEnded = true;
  }

  /** Reads a part's text: the rest of the current line and the indented lines below. */
  #startText(from: number): void {
    const text = (this.#text ?? '').slice(from);
    if (text !== '') this.doc.current.text.push(text);
    this.#advance();
    for (; this.#text === ''; this.#advance()) this.doc.current.text.push('');
    if (this.#text !== undefined) this.#continuation(indentOf(this.#text));
  }

  /**
   * Reads continuation lines. A line that is indented less ends the part; only as the second line it is an error, since
   * QEMU forgets to notice that the line before was not empty.
   */
  #continuation(indent: number): void {
    const { doc } = this;
    if (indent === 0) return;
    doc.current.text.push(this.#text ?? '');
    for (let second = true; ; second = false) {
      this.#advance();
      if (this.#text === undefined || describedName(this.#text) !== undefined) return;
      if (this.#text !== '' && indentOf(this.#text) < indent) {
        if (!second) return;
        doc.fail('doc-indent', `unexpected de-indent (expected at least ${indent} spaces)`, this.#line);
      }
      doc.current.text.push(this.#text);
    }
  }

  #paragraph(): void {
    const { doc } = this;
    const { current } = doc;
    if (current.kind !== 'plain') doc.open('plain', this.#line.line);
    else if (current.text.length === 0) current.line = this.#line.line;
    else current.text.push('');
    for (; this.#text !== undefined && this.#text !== ''; this.#advance()) doc.current.text.push(this.#text);
  }
}

const REPLACEMENTS = {
  note: "Please use rST's '.. note::' or '.. admonition:: notes' directives, or another suitable admonition instead.",
  example: "Please use the '.. qmp-example::' directive, or other suitable markup instead.",
};
