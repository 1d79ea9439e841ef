/**
 * Reads documentation as QEMU does since 9.0: a block is a sequence of parts, a part starts after an empty line, and its
 * continuation lines are indented.
 *
 * Source of the rules: docs/devel/qapi-code-gen.rst, "Documentation comments", and the behaviour of QEMU 10.2.
 */

import type { DialectRules } from './dialect.js';
import { DocBuilder, type DocResult, describedName, TAGS } from './doc-builder.js';
import { mayBreakStyle, StyleCheck } from './doc-style.js';
import type { SourceFile } from './source.js';
import type { Comment } from './syntax.js';

/** Reads a documentation block by the rules of 9.0 and later. */
export function readParts(source: SourceFile, comment: Comment, rules: DialectRules): DocResult {
  const reader = new PartsReader(source, comment, rules);
  reader.read();
  return reader.doc;
}

const ONCE = new Set(['returns', 'errors', 'since']);
const AT = 64;
const EQUALS = 61;

class PartsReader {
  readonly doc: DocBuilder;
  readonly #rules: DialectRules;
  readonly #style: StyleCheck | undefined;
  /** Whether there is a current line. */
  more = true;
  /** Members may not be described any more. */
  #membersEnded = false;

  constructor(source: SourceFile, comment: Comment, rules: DialectRules) {
    this.doc = new DocBuilder(source, comment);
    this.#rules = rules;
    if (rules.style && mayBreakStyle(source, comment)) this.#style = new StyleCheck(this.doc);
  }

  read(): void {
    const { doc } = this;
    this.#advance();
    if (this.more && doc.first === AT) this.#definition();
    else this.#freeForm();
    if (doc.comment.failure !== undefined) doc.findings.push(doc.comment.failure);
    for (const section of doc.sections) {
      if (section.kind === 'plain' || section.filled) continue;
      const { kind, line } = section;
      const label = kind[0]?.toUpperCase() + kind.slice(1);
      doc.failAt('doc-text', `text required after '${label}:'`, line);
    }
    doc.finish();
  }

  /** Moves to the next line; false at the end of the block. */
  #advance(): boolean {
    const more = this.doc.advance();
    this.more = more;
    if (more && this.#style !== undefined) this.#style.check();
    return more;
  }

  #skipEmpty(): void {
    while (this.more && this.doc.empty) this.#advance();
  }

  /** The name that the current line starts to describe. */
  #described(): { name: string; length: number } | undefined {
    return this.more && this.doc.first === AT ? describedName(this.doc.text) : undefined;
  }

  #freeForm(): void {
    const { doc } = this;
    for (let first = true; this.more; first = false, this.#advance()) {
      const described = this.#described();
      if (described !== undefined) {
        doc.fail('doc-free-form', `'@${described.name}:' not allowed in free-form documentation`);
      } else if (this.#rules.headings && !first && doc.first === EQUALS) {
        doc.fail('doc-heading', "'=' heading must come first in a comment block");
      }
      doc.take();
    }
  }

  #definition(): void {
    const { doc } = this;
    const { text } = doc;
    if (!text.endsWith(':')) doc.fail('doc-symbol', "line should end with ':'");
    doc.symbol = text.endsWith(':') ? text.slice(1, -1) : text.slice(1);
    if (text === '@:') doc.fail('doc-symbol', "name required after '@'");
    this.#advance();
    for (this.#skipEmpty(); this.more; this.#skipEmpty()) this.#part();
  }

  /** Reads the part that starts with the current line. */
  #part(): void {
    const { doc } = this;
    const described = this.#described();
    if (described !== undefined) {
      if (this.#membersEnded) doc.fail('doc-order', `description of '@${described.name}:' follows a section`);
      this.#descriptions('member');
      this.#membersEnded = true;
      return;
    }
    const tag = this.#tag();
    if (tag === 'Features') this.#features();
    else if (tag !== undefined) this.#tagged(tag);
    else {
      if (this.#rules.headings && doc.first === EQUALS) {
        doc.fail('doc-heading', "unexpected '=' markup in definition documentation");
      }
      this.#paragraph();
    }
  }

  /** The tag that the current line starts with. */
  #tag(): string | undefined {
    const { first } = this.doc;
    if (first < 65 || first > 90) return undefined;
    const { text } = this.doc;
    if (text === 'Features:') return 'Features';
    const colon = text.indexOf(':');
    if (colon < 4 || colon > 8 || text.charCodeAt(colon + 1) === 58) return undefined;
    const word = text.slice(0, colon);
    return TAGS.has(word) ? word : undefined;
  }

  #features(): void {
    const { doc } = this;
    if (doc.sections.some(({ kind }) => kind === 'feature')) doc.fail('doc-features', "duplicated 'Features:' line");
    this.#advance();
    this.#skipEmpty();
    const before = doc.sections.length;
    this.#descriptions('feature');
    const brokenOff = !this.more && !doc.closed;
    if (doc.sections.length === before && !brokenOff) doc.fail('doc-features', 'feature descriptions expected');
    this.#membersEnded = true;
  }

  /** Reads descriptions (`@name: text`) one behind the other. */
  #descriptions(kind: 'member' | 'feature'): void {
    const { doc } = this;
    const names = new Set<string>();
    for (const section of doc.sections) if (section.kind === kind) names.add(section.name ?? '');
    for (let described = this.#described(); described !== undefined; described = this.#described()) {
      const { name, length } = described;
      if (name === '') doc.failAt('doc-name', 'invalid parameter name', doc.line);
      else if (names.has(name)) doc.failAt('doc-duplicate', `'${name}' parameter name duplicated`, doc.line);
      names.add(name);
      doc.open(kind, { name });
      this.#startText(length);
    }
  }

  #tagged(tag: string): void {
    const { doc } = this;
    const kind = TAGS.get(tag) ?? 'plain';
    if (!this.#rules.noteTags && (kind === 'note' || kind === 'example')) {
      doc.fail('doc-tag', `The '${tag}' section is no longer supported. ${REPLACEMENTS[kind]}`);
    }
    const { text } = doc;
    if (ONCE.has(kind) && doc.has(kind)) doc.failAt('doc-duplicate', `duplicated '${tag}' section`, doc.line);
    let length = tag.length + 1;
    while (text.charCodeAt(length) === 32) length++;
    doc.open(kind, { tag });
    this.#startText(length);
    this.#membersEnded = true;
  }

  /** Reads a part's text: the rest of the current line and the indented lines below. */
  #startText(from: number): void {
    const { doc } = this;
    if (doc.start + from < doc.end) doc.take(from);
    this.#advance();
    for (; this.more && doc.empty; this.#advance()) doc.take();
    if (this.more) this.#continuation(doc.indent);
  }

  /**
   * Reads continuation lines. A line that is indented less ends the part; only as the second line it is an error, since
   * QEMU forgets to notice that the line before was not empty.
   */
  #continuation(indent: number): void {
    const { doc } = this;
    if (indent === 0) return;
    const blanks = ' '.repeat(indent);
    doc.take();
    for (let second = true; this.#advance(); second = false) {
      if (doc.first === AT && this.#described() !== undefined) return;
      if (!doc.empty && !doc.startsWith(blanks) && doc.indent < indent) {
        if (!second) return;
        doc.fail('doc-indent', `unexpected de-indent (expected at least ${indent} spaces)`);
      }
      doc.take();
    }
  }

  #paragraph(): void {
    const { doc } = this;
    const { current } = doc;
    if (current.kind !== 'plain') doc.open('plain');
    else if (current.lines === 0) current.offset = doc.offset;
    else current.add(0, 0);
    while (this.more && !doc.empty) {
      doc.take();
      this.#advance();
    }
  }
}

const REPLACEMENTS = {
  note: "Please use rST's '.. note::' or '.. admonition:: notes' directives, or another suitable admonition instead.",
  example: "Please use the '.. qmp-example::' directive, or other suitable markup instead.",
};
