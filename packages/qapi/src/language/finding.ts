import type { SourceFile } from './source.js';

/** The kinds of definition, as their first key names them. */
export type DefinitionKind = 'enum' | 'struct' | 'union' | 'alternate' | 'command' | 'event';

/** One thing wrong with a schema. */
export interface Finding {
  /** A stable kebab-case name of the rule that is broken, such as `unknown-type`. */
  readonly code: string;
  /** What is wrong, without place; may have a second line. */
  readonly message: string;
  readonly source: SourceFile;
  /** Line of the culprit itself, 1-based. */
  readonly line: number;
  /** Column of the culprit itself, 1-based. */
  readonly column: number;
  /** The definition it was found in, when it was found while checking one. */
  readonly definition?: { readonly kind: DefinitionKind; readonly name: string };
  /** The place that QEMU's compiler names: for a syntax error with column, else the first line of the definition. */
  readonly qemu: { readonly line: number; readonly column?: number };
  /** A second place that explains the first, as for a name defined twice. */
  readonly related?: Omit<Finding, 'code' | 'related'>;
}
