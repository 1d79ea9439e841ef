/**
 * Reads documentation as QEMU did up to 8.2: tags count at every line of a definition's block, and the text of a part
 * lines up with its first word (up to 8.0) or with its first continuation line (8.1, 8.2).
 *
 * Source of the rules: docs/devel/qapi-code-gen.rst, "Documentation comments", and the behaviour of QEMU 7.2.
 */

import type { DialectRules } from './dialect.js';
import { DocBuilder, type DocResult, indentOf, TAGS } from './doc-builder.js';
import type { SourceFile } from './source.js';
import type { Comment, CommentLine, SectionKind } from './syntax.js';

/** Reads a documentation block by the rules of 8.2 and earlier. Headings split a free-form block into several. */
export function readAligned(source: SourceFile, comment: Comment, rules: DialectRules): DocResult {
  const reader = new AlignedReader(source, comment, rules);
  reader.read();
  return reader.doc;
}

/** What a line of a definition's block may start. */
type State = 'body' | 'members' | 'features' | 'tags';

const TEXT_AT_FIRST_LINE = -1;

class AlignedReader {
  readonly doc: DocBuilder;
  readonly #layout: DialectRules['layout'];
  readonly #lines: readonly CommentLine[];
  #state: State = 'body';
  /** Indentation of the current part; {@link TEXT_AT_FIRST_LINE} when its next line sets it. */
  #indent = 0;
  /** The line that is read now. */
  #line: CommentLine;

  constructor(source: SourceFile, comment: Comment, rules: DialectRules) {
    this.doc = new DocBuilder(source, comment);
    this.#layout = rules.layout;
    this.#lines = comment.lines;
    this.#line = { text: '##', line: comment.line, offset: comment.offset };
  }

  read(): void {
    const { doc } = this;
    for (const line of this.#lines) {
      this.#line = line;
      if (line.text.startsWith('# =')) this.#heading();
      const text = doc.content(line);
      if (text === undefined) break;
      if (text === '') this.#append('');
      else this.#read(text);
    }
    this.#endSection();
    doc.finish(textOf);
    if (doc.comment.failure !== undefined) doc.findings.push(doc.comment.failure);
  }

  #heading(): void {
    const { doc } = this;
    if (doc.symbol !== undefined) {
      doc.fail('doc-heading', "unexpected '=' markup in definition documentation", this.#line);
    } else if (doc.current.text.length > 0) {
      doc.finish(textOf);
    }
  }

  #read(text: string): void {
    const { doc } = this;
    const word = text.split(' ', 1)[0] ?? '';
    if (this.#state === 'body') {
      if (doc.symbol !== undefined) {
        this.#inBody(text, word);
        return;
      }
      if (text.startsWith('@') && doc.current.text.length === 0) {
        this.#symbol(text);
        return;
      }
      this.#freeForm(text);
      return;
    }
    if (this.#state === 'tags') {
      if (isDescription(word)) {
        const last = doc.sections.find(({ kind }) => kind !== 'member' && kind !== 'feature' && kind !== 'plain');
        const message = `'${word}' can't follow '${last?.tag ?? 'None'}' section`;
        doc.fail('doc-order', message, this.#line);
        return;
      }
      if (isTag(word)) {
        this.#section(text, word);
        return;
      }
      this.#freeForm(text);
      return;
    }
    this.#inDescriptions(text, word);
  }

  #symbol(text: string): void {
    const { doc } = this;
    if (!text.endsWith(':')) doc.fail('doc-symbol', "line should end with ':'", this.#line);
    doc.symbol = text.endsWith(':') ? text.slice(1, -1) : text.slice(1).trimEnd();
    if (text === '@:') doc.fail('doc-symbol', "name required after '@'", this.#line);
  }

  #inBody(text: string, word: string): void {
    if (isDescription(word)) {
      this.#state = 'members';
      this.#describe(text, word);
    } else if (text === 'Features:') {
      this.#startFeatures();
    } else if (isTag(word)) {
      this.#section(text, word);
    } else {
      this.#freeForm(text);
    }
  }

  #inDescriptions(text: string, word: string): void {
    if (isDescription(word)) {
      this.#describe(text, word);
      return;
    }
    if (isTag(word)) {
      this.#section(text, word);
      return;
    }
    if (this.#afterEmptyLine() && indentOf(text) === 0) {
      if (this.#state === 'members' && text === 'Features:') {
        this.#startFeatures();
        return;
      }
      this.#state = 'tags';
      this.#open('plain', 0);
    }
    this.#freeForm(text);
  }

  #startFeatures(): void {
    this.#state = 'features';
  }

  #describe(text: string, word: string): void {
    const { doc } = this;
    const kind = this.#state === 'features' ? 'feature' : 'member';
    const name = word.slice(1, -1);
    if (name === '') doc.fail('doc-name', 'invalid parameter name', this.#line);
    else if (doc.has(kind, name)) doc.fail('doc-duplicate', `'${name}' parameter name duplicated`, this.#line);
    this.#openText(kind, text, word.length, { name });
  }

  #section(text: string, word: string): void {
    const { doc } = this;
    this.#state = 'tags';
    const tag = word.slice(0, -1);
    const kind = TAGS.get(tag) ?? 'plain';
    if ((kind === 'returns' || kind === 'since') && doc.has(kind)) {
      doc.fail('doc-duplicate', `duplicated '${tag}' section`, this.#line);
    }
    this.#openText(kind, text, word.length, { tag });
  }

  /** Opens a part whose text starts on the line of its name. */
  #openText(kind: SectionKind, text: string, from: number, label: { name?: string; tag?: string }): void {
    const start = from + indentOf(text.slice(from));
    const rest = text.slice(start);
    if (this.#layout === 'indented') {
      this.#open(kind, TEXT_AT_FIRST_LINE, label);
      if (rest !== '') this.doc.current.text.push(rest.trimEnd());
      return;
    }
    this.#open(kind, rest === '' ? 0 : start, label);
    this.#append(rest === '' ? '' : ' '.repeat(start) + rest);
  }

  #open(kind: SectionKind, indent: number, label: { name?: string; tag?: string } = {}): void {
    this.#endSection();
    this.#indent = indent;
    this.doc.open(kind, this.#line.line, label);
  }

  /** Every part but the overview needs text. */
  #endSection(): void {
    const { doc } = this;
    const { kind, name, tag, text } = doc.current;
    if (kind === 'plain' || text.some((line) => line !== '')) return;
    doc.fail('doc-text', `empty doc section '${name ?? tag}'`, this.#line);
  }

  #afterEmptyLine(): boolean {
    const { text } = this.doc.current;
    return text.length > 1 && text[text.length - 1] === '';
  }

  #freeForm(text: string): void {
    const name = /^@\S+:/.exec(text);
    if (name !== null)
      this.doc.fail('doc-free-form', `'${name[0]}' not allowed in free-form documentation`, this.#line);
    this.#append(text);
  }

  #append(text: string): void {
    const { doc } = this;
    if (text === '') {
      doc.current.text.push('');
      return;
    }
    const indent = indentOf(text);
    if (this.#indent === TEXT_AT_FIRST_LINE) this.#indent = indent;
    if (indent < this.#indent) {
      const message = `unexpected de-indent (expected at least ${this.#indent} spaces)`;
      doc.fail('doc-indent', message, this.#line);
    }
    doc.current.text.push(text.slice(Math.min(indent, this.#indent)).trimEnd());
  }
}

/** A part's text; the first line loses its indentation too, as in QEMU. */
function textOf(section: { text: string[] } & Parameters<typeof DocBuilder.textOf>[0]): string {
  return DocBuilder.textOf(section).trim();
}

function isDescription(word: string): boolean {
  return word.startsWith('@') && word.endsWith(':');
}

function isTag(word: string): boolean {
  return word.endsWith(':') && word !== 'Errors:' && TAGS.has(word.slice(0, -1));
}
