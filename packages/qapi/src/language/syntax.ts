/** The syntax tree of a schema file. */

import type { Finding } from './finding.js';
import type { SourceFile } from './source.js';

/** A condition on compile-time symbols: a symbol's name, or a combination. */
export type Condition =
  | string
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** A value of the schema language. Offsets count UTF-16 units from the start of the file. */
export type Value = StringValue | BooleanValue | ListValue | ObjectValue;

export interface StringValue {
  readonly kind: 'string';
  readonly value: string;
  readonly offset: number;
}

export interface BooleanValue {
  readonly kind: 'boolean';
  readonly value: boolean;
  readonly offset: number;
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
  readonly offset: number;
}

export interface ObjectValue {
  readonly kind: 'object';
  /** Members in text order; no key occurs twice. */
  readonly members: ReadonlyMap<string, ObjectMember>;
  readonly offset: number;
}

export interface ObjectMember {
  readonly key: string;
  readonly keyOffset: number;
  readonly value: Value;
}

/** A top-level object: a definition or a directive. */
export interface Expression {
  readonly kind: 'expression';
  readonly value: ObjectValue;
  /** Line of the opening brace, 1-based. */
  readonly line: number;
}

/** A documentation block as written. */
export interface Comment {
  readonly kind: 'comment';
  /** The lines between the two `##`, each with its `#`, trailing blanks kept. */
  readonly lines: readonly string[];
  /** Line of the opening `##`. */
  readonly line: number;
  readonly offset: number;
}

/** A file after parsing: its top-level objects and documentation blocks in text order. */
export interface SyntaxTree {
  readonly source: SourceFile;
  readonly items: readonly (Expression | Comment)[];
  /** Syntax errors; reading goes on behind them. */
  readonly findings: readonly Finding[];
}

/** Settings of a schema, the last assignment of each. */
export interface Pragmas {
  readonly docRequired: boolean;
  readonly commandNameExceptions: readonly string[];
  readonly commandReturnsExceptions: readonly string[];
  readonly memberNameExceptions: readonly string[];
  readonly documentationExceptions: readonly string[];
}

/** What a part of a documentation block is about. */
export type SectionKind = 'plain' | 'member' | 'feature' | 'returns' | 'errors' | 'since' | 'todo' | 'note' | 'example';

/** A part of a documentation block. */
export interface DocSection {
  readonly kind: SectionKind;
  /** The member's or feature's name. */
  readonly name?: string;
  /** The tag as written (`Notes`, `Returns`), for tagged parts. */
  readonly tag?: string;
  /** reStructuredText, without the comment signs and the common indentation. */
  readonly text: string;
  /** Line of the part's first line in its file. */
  readonly line: number;
}

/** A documentation block, read by its dialect's rules. */
export interface Documentation {
  readonly source: SourceFile;
  /** Line of the opening `##`. */
  readonly line: number;
  /** The name it documents; absent for free-form documentation. */
  readonly symbol?: string;
  /** The parts in text order; the first is the overview (`plain`, perhaps empty). */
  readonly sections: readonly DocSection[];
}

/** The releases of QEMU whose rules for documentation differ, `lenient` for none, `auto` to choose by what is written. */
export type Dialect = '6.2' | '8.1' | '9.0' | '9.1' | '10.1' | '10.2' | 'lenient' | 'auto';
