import type { Finding } from './finding.js';
import { syntaxFinding } from './parser.js';
import { positionAt, type SourceFile } from './source.js';
import type { Comment, DocSection, Documentation, SectionKind } from './syntax.js';

const NEWLINE = 10;
const SPACE = 32;
const HASH = 35;

/** What a part is called. */
export interface SectionLabel {
  readonly name?: string;
  readonly tag?: string;
}

/**
 * A part of a documentation block. Its text is cut from the source when it is asked for: most uses of a schema never
 * look at documentation.
 */
export class SourceSection implements DocSection {
  readonly kind: SectionKind;
  declare readonly name?: string;
  declare readonly tag?: string;
  /** Offset of the part's first line. */
  offset: number;
  /** Whether a line has text. */
  filled = false;
  readonly #source: SourceFile;
  /** Start and end of each line of the block's parts, one behind the other; parts share it, each has a stretch. */
  readonly #ranges: number[];
  readonly #from: number;
  #to: number;
  readonly #trim: boolean;

  /**
   * @param ranges where the lines of all parts of the block go.
   * @param trim whether the first line loses its indentation.
   */
  constructor(
    source: SourceFile,
    kind: SectionKind,
    offset: number,
    { name, tag }: SectionLabel,
    ranges: number[],
    trim: boolean,
  ) {
    this.kind = kind;
    this.offset = offset;
    this.#source = source;
    this.#ranges = ranges;
    this.#from = ranges.length;
    this.#to = ranges.length;
    this.#trim = trim;
    if (name !== undefined) this.name = name;
    if (tag !== undefined) this.tag = tag;
  }

  /** Adds a line while this is the last part of its block; an empty line when both offsets are the same. */
  add(start: number, end: number): void {
    this.#to = this.#ranges.push(start, end);
    if (start < end) this.filled = true;
  }

  get line(): number {
    return positionAt(this.#source, this.offset).line;
  }

  /** How many lines there are, empty ones too. */
  get lines(): number {
    return (this.#to - this.#from) / 2;
  }

  /** Whether the last line is an empty one that is not the first. */
  get ended(): boolean {
    const ranges = this.#ranges;
    return this.lines > 1 && ranges[this.#to - 1] === ranges[this.#to - 2];
  }

  /** The lines without empty ones at the ends. */
  get text(): string {
    const ranges = this.#ranges;
    let from = this.#from;
    let to = this.#to;
    while (from < to && ranges[from] === ranges[from + 1]) from += 2;
    while (to > from && ranges[to - 1] === ranges[to - 2]) to -= 2;
    if (from >= to) return '';
    const source = this.#source.text;
    let text = source.slice(ranges[from], ranges[from + 1]);
    for (let at = from + 2; at < to; at += 2) text += `\n${source.slice(ranges[at], ranges[at + 1])}`;
    return this.#trim ? text.trimStart() : text;
  }
}

const NO_LABEL: SectionLabel = {};

/** What reading a documentation block gives: one block, or several where headings split it. */
export interface DocResult {
  readonly docs: readonly Documentation[];
  readonly findings: readonly Finding[];
}

/** What both readers of documentation share: going through lines, collecting parts and findings. */
export class DocBuilder {
  readonly source: SourceFile;
  readonly comment: Comment;
  readonly findings: Finding[] = [];
  readonly docs: Documentation[] = [];
  symbol: string | undefined;
  sections: SourceSection[] = [];
  /** The part that is read now. */
  current: SourceSection;
  readonly #ranges: number[] = [];
  /** Offset of the current line's `#`. */
  offset: number;
  /** Where the current line's text starts and ends, without trailing blanks. */
  start = 0;
  end = 0;
  /** Whether the current line has no text. */
  empty = true;
  /** The code of the text's first character; that of a newline when there is no text. */
  first = NEWLINE;
  #next = 0;

  readonly #trim: boolean;

  /** @param trim whether a part's first line loses its indentation. */
  constructor(source: SourceFile, comment: Comment, trim = false) {
    this.#trim = trim;
    this.source = source;
    this.comment = comment;
    this.offset = comment.offset;
    this.current = this.open('plain');
  }

  /** Moves to the next line; false at the end of the block. */
  advance(): boolean {
    const offset = this.comment.lines[this.#next++];
    if (offset === undefined) return false;
    const { text } = this.source;
    this.offset = offset;
    let end = text.indexOf('\n', offset);
    const second = text.charCodeAt(offset + 1);
    let start = offset + 2;
    if (second !== SPACE) {
      if (second === HASH) {
        if (end - offset > 2) this.fail('doc-junk', "junk after '##' at end of documentation comment");
        return false;
      }
      start = offset + 1;
      if (end > start) this.fail('doc-space', 'missing space after #');
    }
    while (end > start && text.charCodeAt(end - 1) <= SPACE) end--;
    this.start = start;
    this.end = end;
    this.first = start < end ? text.charCodeAt(start) : NEWLINE;
    this.empty = start >= end;
    return true;
  }

  /** How many blanks the current line's text starts with. */
  get indent(): number {
    const { text } = this.source;
    const { start, end } = this;
    let at = start;
    while (at < end && text.charCodeAt(at) <= SPACE) at++;
    return at - start;
  }

  /** Whether the current line's text starts with these blanks. */
  startsWith(blanks: string): boolean {
    return this.source.text.startsWith(blanks, this.start);
  }

  /** Whether the block has its closing `##`. */
  get closed(): boolean {
    const last = this.comment.lines[this.comment.lines.length - 1];
    return last !== undefined && this.source.text.charCodeAt(last + 1) === HASH;
  }

  /** The current line's text. */
  get text(): string {
    return this.source.text.slice(this.start, this.end);
  }

  /** Number of the current line. */
  get line(): number {
    return positionAt(this.source, this.offset).line;
  }

  /** Adds the current line to the current part, without its first `skip` characters. */
  take(skip = 0): void {
    const { end } = this;
    const start = this.start + skip;
    this.current.add(start < end ? start : end, end);
  }

  /** Starts a part at the current line. */
  open(kind: SectionKind, label: SectionLabel = NO_LABEL): SourceSection {
    const section = new SourceSection(this.source, kind, this.offset, label, this.#ranges, this.#trim);
    this.sections.push(section);
    this.current = section;
    return section;
  }

  has(kind: SectionKind, name?: string): boolean {
    return this.sections.some((section) => section.kind === kind && section.name === name);
  }

  /** A finding with the column that QEMU names: at the current line's `#`, or behind it. */
  fail(code: string, message: string, shift = 0): void {
    this.findings.push(syntaxFinding(this.source, code, message, this.offset + shift));
  }

  /** A finding for which QEMU names a line only. */
  failAt(code: string, message: string, line: number): void {
    this.findings.push({ code, message, source: this.source, line, column: 1, qemu: { line } });
  }

  /** Ends the block and starts another one at the same place. */
  finish(): void {
    const { source, symbol, sections } = this;
    this.docs.push({ source, line: this.comment.line, sections, ...(symbol !== undefined && { symbol }) });
    this.sections = [];
    this.offset = this.comment.offset;
    this.open('plain');
  }
}

/** The tags of a definition's documentation, by the word that is written. */
export const TAGS: ReadonlyMap<string, SectionKind> = new Map([
  ['Returns', 'returns'],
  ['Errors', 'errors'],
  ['Since', 'since'],
  ['TODO', 'todo'],
  ['Note', 'note'],
  ['Notes', 'note'],
  ['Example', 'example'],
  ['Examples', 'example'],
]);

/** A name as `@name:` at the start of a line, with the length up to the text behind it. */
export function describedName(line: string): { name: string; length: number } | undefined {
  const colon = line.indexOf(':');
  if (!line.startsWith('@') || colon === -1) return undefined;
  let length = colon + 1;
  while (line.charCodeAt(length) === 32) length++;
  return { name: line.slice(1, colon), length };
}
