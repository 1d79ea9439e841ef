/** Bounds that keep a bad file from taking all memory or time. Each is far beyond any real schema. */
export interface Limits {
  /** Longest file, in UTF-16 units. @default 16777216 */
  readonly fileLength: number;
  /** Most top-level objects and documentation blocks in a file. @default 100000 */
  readonly items: number;
  /** Deepest nesting of objects and lists; QEMU's own compiler crashes a little later. @default 400 */
  readonly nesting: number;
  /** After this many syntax errors the rest of a file is not read. @default 100 */
  readonly syntaxErrors: number;
  /** Deepest nesting of includes. @default 100 */
  readonly includeDepth: number;
}

/** The bounds that hold unless others are given. */
export const DEFAULT_LIMITS: Limits = {
  fileLength: 16 * 1024 * 1024,
  items: 100_000,
  nesting: 400,
  syntaxErrors: 100,
  includeDepth: 100,
};
