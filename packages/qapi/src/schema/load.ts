import type { Finding } from '../language/finding.js';
import { DEFAULT_LIMITS, type Limits } from '../language/limits.js';
import { parse } from '../language/parser.js';
import { dirname, join, normalize } from '../language/path.js';
import { createSource, type FileReader, positionAt, type SourceFile } from '../language/source.js';
import type { Expression, ObjectValue, SyntaxTree } from '../language/syntax.js';

/** A schema file with the files it includes. */
export interface LoadedFile {
  readonly tree: SyntaxTree;
  /** What each include directive leads to; a file that was read before is not read again. */
  readonly includes: ReadonlyMap<Expression, Inclusion>;
}

/** What an include directive leads to. */
export interface Inclusion {
  /** The path of the included file; absent when the directive does not say. */
  readonly path?: string;
  /** The included file, when this is the first place to include it. */
  readonly file?: LoadedFile;
  readonly finding?: Finding;
}

/** The outcome of {@link load}. */
export interface LoadResult {
  readonly file?: LoadedFile;
  /** Why there is no main file. */
  readonly findings: readonly Finding[];
  /** Paths of all files that were asked for, in order. */
  readonly files: readonly string[];
}

/** Reads and parses a schema file and all that it includes. */
export function load(read: FileReader, main: string, limits: Limits = DEFAULT_LIMITS): LoadResult {
  const loader = new Loader(bounded(read, limits), limits);
  const result = loader.read(main);
  if ('error' in result) {
    const message = `can't read schema file '${main}': ${result.error}`;
    const source = createSource(main, '');
    return {
      findings: [{ code: 'unreadable-main', message, source, line: 1, column: 1, qemu: { line: 1 } }],
      files: [main],
    };
  }
  return { file: loader.load(createSource(main, result.text)), findings: [], files: loader.files };
}

/** A reader that refuses files beyond the limit. */
function bounded(read: FileReader, { fileLength }: Limits): FileReader {
  return (path) => {
    const result = read(path);
    if ('error' in result || result.text.length <= fileLength) return result;
    return { error: `it is longer than ${fileLength} characters` };
  };
}

class Loader {
  readonly files: string[] = [];
  readonly read: FileReader;
  readonly #limits: Limits;
  readonly #seen = new Set<string>();

  constructor(read: FileReader, limits: Limits) {
    this.read = read;
    this.#limits = limits;
  }

  load(source: SourceFile): LoadedFile {
    this.files.push(source.path);
    this.#seen.add(normalize(source.path));
    const tree = parse(source, this.#limits);
    const includes = new Map<Expression, Inclusion>();
    for (const item of tree.items) {
      if (item.kind === 'expression' && item.value.members.has('include')) {
        includes.set(item, this.#include(source, item));
      }
    }
    return { tree, includes };
  }

  #include(source: SourceFile, directive: Expression): Inclusion {
    const fail = (code: string, message: string) => ({
      finding: directiveFinding(source, directive, directive.value, code, message),
    });
    const value = directive.value.members.get('include')?.value;
    if (directive.value.members.size !== 1) return fail('include', "invalid 'include' directive");
    if (value?.kind !== 'string') return fail('include', "value of 'include' must be a string");
    const path = join(dirname(source.path), value.value);
    const site = { source, line: directive.line };
    const key = normalize(path);
    let depth = 0;
    for (let at: SourceFile | undefined = source; at !== undefined; at = at.includedFrom?.source, depth++) {
      if (normalize(at.path) === key) return { path, ...fail('include-loop', `inclusion loop for ${value.value}`) };
    }
    if (this.#seen.has(key)) return { path };
    if (depth > this.#limits.includeDepth) {
      return { path, ...fail('include-depth', `includes nest deeper than ${this.#limits.includeDepth} files`) };
    }
    const result = this.read(path);
    if ('error' in result) {
      return { path, ...fail('unreadable', `can't read include file '${path}': ${result.error}`) };
    }
    return { path, file: this.load(createSource(path, result.text, site)) };
  }
}

/** A finding at a directive; QEMU names its line only. */
export function directiveFinding(
  source: SourceFile,
  directive: Expression,
  culprit: ObjectValue | { offset: number },
  code: string,
  message: string,
): Finding {
  const { line, column } = positionAt(source, culprit.offset);
  return { code, message, source, line, column, qemu: { line: directive.line } };
}
