/**
 * Reads documentation as QEMU did up to 8.2: tags count at every line of a definition's block, and the text of a part
 * lines up with its first word (up to 8.0) or with its first continuation line (8.1, 8.2).
 *
 * Source of the rules: docs/devel/qapi-code-gen.rst, "Documentation comments", and the behaviour of QEMU 7.2.
 */

import type { DialectRules } from './dialect.js';
import { DocBuilder, type DocResult, type SectionLabel, TAGS } from './doc-builder.js';
import type { SourceFile } from './source.js';
import type { Comment, SectionKind } from './syntax.js';

/** Reads a documentation block by the rules of 8.2 and earlier. Headings split a free-form block into several. */
export function readAligned(source: SourceFile, comment: Comment, rules: DialectRules): DocResult {
  const reader = new AlignedReader(source, comment, rules);
  reader.read();
  return reader.doc;
}

/** What a line of a definition's block may start. */
type State = 'body' | 'members' | 'features' | 'tags';

const AT = 64;
const CAPITAL_Z = 90;

/** The indentation of a part whose next line sets it. */
const NOT_YET = -1;

class AlignedReader {
  readonly doc: DocBuilder;
  readonly #layout: DialectRules['layout'];
  #state: State = 'body';
  /** Indentation of the current part, or {@link NOT_YET}. */
  #indent = 0;
  /** As many blanks. */
  #blanks = '';

  constructor(source: SourceFile, comment: Comment, rules: DialectRules) {
    this.doc = new DocBuilder(source, comment, true);
    this.#layout = rules.layout;
  }

  read(): void {
    const { doc } = this;
    while (doc.advance()) {
      if (doc.first === 61 && doc.start === doc.offset + 2) this.#heading();
      const blank = doc.source.text.charCodeAt(doc.offset + 1) === 10;
      if (blank) doc.take();
      else this.#read();
    }
    if (doc.closed) this.#endSection();
    doc.finish();
    if (doc.comment.failure !== undefined) doc.findings.push(doc.comment.failure);
  }

  #heading(): void {
    const { doc } = this;
    if (doc.symbol !== undefined) {
      doc.fail('doc-heading', "unexpected '=' markup in definition documentation");
    } else if (doc.current.lines > 0) {
      doc.finish();
    }
  }

  /** The line up to its end, trailing blanks included: they count where a `:` is expected. */
  #wholeLine(): string {
    const { text } = this.doc.source;
    return text.slice(this.doc.start, text.indexOf('\n', this.doc.start));
  }

  #read(): void {
    const { doc } = this;
    if (this.#state === 'body' && doc.symbol === undefined) {
      if (doc.first === AT && doc.current.lines === 0) this.#symbol();
      else this.#freeForm();
      return;
    }
    const word = this.#word();
    if (this.#state === 'body') this.#inBody(word);
    else if (this.#state === 'tags') this.#inTags(word);
    else this.#inDescriptions(word);
  }

  /** The first word of the line, when it may start a part; nothing otherwise. */
  #word(): string {
    const { first, start, end, source } = this.doc;
    if (first < AT || first > CAPITAL_Z) return '';
    const colon = source.text.indexOf(':', start);
    return colon === -1 || colon >= end ? '' : (this.#wholeLine().split(' ', 1)[0] ?? '');
  }

  #symbol(): void {
    const { doc } = this;
    const line = this.#wholeLine();
    if (!line.endsWith(':')) doc.fail('doc-symbol', "line should end with ':'");
    doc.symbol = line.endsWith(':') ? line.slice(1, -1) : line.slice(1).trimEnd().replace(/:$/, '');
    if (line === '@:') doc.fail('doc-symbol', "name required after '@'");
    else if (!line.endsWith(':') && doc.symbol === '') doc.symbol = '?';
  }

  #inBody(word: string): void {
    if (isDescription(word)) {
      this.#state = 'members';
      this.#describe(word);
    } else if (word === 'Features:' && this.#wholeLine() === word) this.#state = 'features';
    else if (isTag(word)) this.#section(word);
    else this.#freeForm();
  }

  #inTags(word: string): void {
    const { doc } = this;
    if (isDescription(word)) {
      const isOther = ({ kind }: { kind: SectionKind }) => kind !== 'member' && kind !== 'feature';
      const tag = doc.sections.slice(1).find(isOther)?.tag ?? 'None';
      doc.fail('doc-order', `'${word}' can't follow '${tag}' section`);
    } else if (isTag(word)) this.#section(word);
    else this.#freeForm();
  }

  #inDescriptions(word: string): void {
    const { doc } = this;
    if (isDescription(word)) {
      this.#describe(word);
      return;
    }
    if (isTag(word)) {
      this.#section(word);
      return;
    }
    if (doc.current.ended && !doc.empty && doc.indent === 0) {
      if (this.#state === 'members' && word === 'Features:' && this.#wholeLine() === word) {
        this.#state = 'features';
        return;
      }
      this.#state = 'tags';
      this.#open('plain', 0);
    }
    this.#freeForm();
  }

  #describe(word: string): void {
    const { doc } = this;
    const kind = this.#state === 'features' ? 'feature' : 'member';
    const name = word.slice(1, -1);
    if (name === '') doc.fail('doc-name', 'invalid parameter name');
    else if (doc.has(kind, name)) doc.fail('doc-duplicate', `'${name}' parameter name duplicated`);
    this.#openText(kind, word.length, { name });
  }

  #section(word: string): void {
    const { doc } = this;
    this.#state = 'tags';
    const tag = word.slice(0, -1);
    const kind = TAGS.get(tag) ?? 'plain';
    if ((kind === 'returns' || kind === 'since') && doc.has(kind)) {
      doc.fail('doc-duplicate', `duplicated '${tag}' section`);
    }
    this.#openText(kind, word.length, { tag });
  }

  /** Opens a part whose text starts on the line of its name. */
  #openText(kind: SectionKind, from: number, label: SectionLabel): void {
    const { doc } = this;
    let skip = from;
    while (doc.start + skip < doc.end && doc.source.text.charCodeAt(doc.start + skip) <= 32) skip++;
    const onNextLine = doc.start + skip >= doc.end;
    const indented = this.#layout === 'indented';
    if (indented) this.#open(kind, NOT_YET, label);
    else this.#open(kind, onNextLine ? 0 : skip, label);
    if (!indented || !onNextLine) doc.take(skip);
  }

  #open(kind: SectionKind, indent: number, label: SectionLabel = {}): void {
    this.#endSection();
    this.#setIndent(indent);
    this.doc.open(kind, label);
  }

  #setIndent(indent: number): void {
    this.#indent = indent;
    this.#blanks = ' '.repeat(Math.max(0, indent));
  }

  /** Every part but plain ones needs text. */
  #endSection(): void {
    const { kind, name, tag, filled } = this.doc.current;
    if (kind !== 'plain' && !filled) this.doc.fail('doc-text', `empty doc section '${name ?? tag}'`);
  }

  #freeForm(): void {
    const { doc } = this;
    const name = doc.first === AT ? /^@\S+:/.exec(doc.text) : null;
    if (name !== null) doc.fail('doc-free-form', `'${name[0]}' not allowed in free-form documentation`);
    // Most lines are not indented, or as much as the first.
    if (this.#indent === 0 || (!doc.empty && this.#indent > 0 && doc.startsWith(this.#blanks))) {
      doc.take(this.#indent);
      return;
    }
    const indent = doc.empty ? this.#wholeLine().length : doc.indent;
    if (this.#indent === NOT_YET && this.#wholeLine() !== '') this.#setIndent(indent);
    if (indent < this.#indent && this.#wholeLine() !== '') {
      doc.fail('doc-indent', `unexpected de-indent (expected at least ${this.#indent} spaces)`);
    }
    doc.take(Math.max(0, Math.min(indent, this.#indent)));
  }
}

function isDescription(word: string): boolean {
  return word.startsWith('@') && word.endsWith(':');
}

function isTag(word: string): boolean {
  return word.endsWith(':') && word !== 'Errors:' && TAGS.has(word.slice(0, -1));
}
