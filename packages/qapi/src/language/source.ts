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
