import type { Finding } from '../language/finding.js';
import type { FileReader } from '../language/source.js';
import type { Dialect } from '../language/syntax.js';
import type { Schema } from './model.js';

/** What {@link compile} can be told. */
export interface CompileOptions {
  /** Whose documentation rules hold. @default 'auto' */
  readonly dialect?: Dialect;
}

/** The outcome of {@link compile}: a schema exactly when there is no finding. */
export interface CompileResult {
  readonly schema?: Schema;
  /** Everything that is wrong; the first is the one that QEMU's compiler reports. */
  readonly findings: readonly Finding[];
  /** The paths of all files read, in order: what to watch. */
  readonly files: readonly string[];
}

/**
 * Compiles a schema: reads the main file and what it includes, parses, checks and resolves.
 *
 * Does not throw for anything that a schema can contain.
 */
export function compile(_read: FileReader, main: string, _options: CompileOptions = {}): CompileResult {
  return { findings: [], files: [main] };
}
