import { DIALECTS, type Dialect, type DialectRules, dialectRules } from '../language/dialect.js';
import type { Finding } from '../language/finding.js';
import { DEFAULT_LIMITS, type Limits } from '../language/limits.js';
import type { FileReader } from '../language/source.js';
import { assemble } from './assemble.js';
import { check } from './check.js';
import { define } from './define.js';
import { type LoadedFile, load } from './load.js';
import type { Schema } from './model.js';
import { resolve } from './resolve.js';

/** What {@link compile} can be told. */
export interface CompileOptions {
  /**
   * Whose rules hold. `auto` takes the newest release that finds the least wrong; a schema that is kept up to date
   * says which one it is written for.
   *
   * @default 'auto'
   */
  readonly dialect?: Dialect;
  /** Bounds on what is read. @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits>;
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
export function compile(read: FileReader, main: string, options: CompileOptions = {}): CompileResult {
  const loaded = load(read, main, { ...DEFAULT_LIMITS, ...options.limits });
  const { file, files } = loaded;
  if (file === undefined) return { findings: loaded.findings, files };
  const { dialect = 'auto' } = options;
  const result = dialect === 'auto' ? compileAny(file, main) : compileFile(file, main, dialectRules(dialect), Infinity);
  return { ...result, files };
}

type FileResult = Omit<CompileResult, 'files'>;

/** Compiles by the newest rules that leave the fewest findings. */
function compileAny(file: LoadedFile, main: string): FileResult {
  // Most schemas are right by some rules; the others need not be followed further than to their first finding.
  for (const rules of DIALECTS) {
    const result = compileFile(file, main, rules, 1);
    if (result.findings.length === 0) return result;
  }
  let best: FileResult | undefined;
  for (const rules of DIALECTS) {
    const result = compileFile(file, main, rules, best?.findings.length ?? Infinity);
    if (best === undefined || result.findings.length < best.findings.length) best = result;
    if (best.findings.length === 0) break;
  }
  return best ?? { findings: [] };
}

/** Compiles by the rules of one dialect; gives up after reading when there are `limit` findings. */
function compileFile(file: LoadedFile, main: string, rules: DialectRules, limit: number): FileResult {
  const program = assemble(file, rules, limit);
  if (program.findings.length >= limit) return program;
  const checked = check(program, rules);
  const defined = define(program, checked, main);
  const incomplete = program.findings.length > 0 || checked.findings.length > 0;
  const resolved = resolve(program, defined, rules, incomplete);
  const findings = [...program.findings, ...checked.findings, ...defined.findings, ...resolved.findings];
  return findings.length === 0 ? { schema: resolved.schema, findings } : { findings };
}
