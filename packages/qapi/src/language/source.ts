/** One schema file as it was read. */
export interface SourceFile {
  /** The path as it was opened: the including file's directory joined with the include string, not normalised. */
  readonly path: string;
  /** The text with LF line ends and a final newline. */
  readonly text: string;
  /** Where the file was first included; absent for the main file. */
  readonly includedFrom?: IncludeSite;
}

/** A place that includes another file. */
export interface IncludeSite {
  readonly source: SourceFile;
  /** Line of the include directive, 1-based. */
  readonly line: number;
}

/** A place in a file. Lines and columns are 1-based; a column counts UTF-16 units. */
export interface Position {
  readonly source: SourceFile;
  readonly line: number;
  readonly column: number;
}

/** What a {@link FileReader} answers: the text, or why there is none, worded as `strerror` does. */
export type ReadResult = { readonly text: string } | { readonly error: string };

/**
 * Reads a schema file. The compiler has no other access to files.
 *
 * A reader refuses bytes that are not UTF-8 with an `error`; it does not throw.
 */
export type FileReader = (path: string) => ReadResult;

/** Makes a source of a text: CRLF and CR become LF, a missing final newline is added. */
export function createSource(path: string, text: string, includedFrom?: IncludeSite): SourceFile {
  let clean = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  if (!clean.endsWith('\n')) clean += '\n';
  return includedFrom === undefined ? { path, text: clean } : { path, text: clean, includedFrom };
}

const lineStartsOf = new WeakMap<SourceFile, readonly number[]>();

function lineStarts(source: SourceFile): readonly number[] {
  let starts = lineStartsOf.get(source);
  if (starts === undefined) {
    const found = [0];
    for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) found.push(at + 1);
    starts = found;
    lineStartsOf.set(source, starts);
  }
  return starts;
}

/** A place that knows its line and column when it is asked: most places never are. */
class OffsetPosition implements Position {
  readonly source: SourceFile;
  readonly offset: number;

  constructor(source: SourceFile, offset: number) {
    this.source = source;
    this.offset = offset;
  }

  get line(): number {
    return positionAt(this.source, this.offset).line;
  }

  get column(): number {
    return positionAt(this.source, this.offset).column;
  }
}

/** The place of an offset, to be worked out when it is looked at. */
export function lazyPosition(source: SourceFile, offset: number): Position {
  return new OffsetPosition(source, offset);
}

/** The place of an offset. */
export function positionAt(source: SourceFile, offset: number): Position {
  const starts = lineStarts(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { source, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The text of a line (1-based), without its newline. */
export function lineText(source: SourceFile, line: number): string {
  const start = lineStarts(source)[line - 1];
  if (start === undefined) return '';
  const end = source.text.indexOf('\n', start);
  return source.text.slice(start, end === -1 ? undefined : end);
}

/** The column that QEMU's compiler names for a place; it counts characters, and its tab stops are off. */
export function qemuColumn({ source, line, column }: Position): number {
  let at = 1;
  for (const char of lineText(source, line).slice(0, column - 1)) at = char === '\t' ? ((at + 7) % 8) + 1 : at + 1;
  return at;
}
