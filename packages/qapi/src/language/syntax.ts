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

/** A top-level object: a definition or a directive. Anything else at the top is an error, found when it is read. */
export interface Expression {
  readonly kind: 'expression';
  readonly value: ObjectValue;
  /** Line of the opening brace, 1-based. */
  readonly line: number;
}

/** A documentation block as written. */
export interface Comment {
  readonly kind: 'comment';
  /** Offsets of the `#` of each line behind the opening `##`; the last one is the closing `##`, unless that is missing. */
  readonly lines: readonly number[];
  /** Line of the opening `##`. */
  readonly line: number;
  readonly offset: number;
  /** What follows the block or breaks it off is not of the language. */
  readonly failure?: Finding;
}

/** A place where the text is not of the language; reading goes on at the next line that starts with `{` or `##`. */
export interface SyntaxFault {
  readonly kind: 'error';
  readonly finding: Finding;
}

/** A file after parsing: its top-level objects, documentation blocks and errors, in the order they are found. */
export interface SyntaxTree {
  readonly source: SourceFile;
  readonly items: readonly (Expression | Comment | SyntaxFault)[];
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
  /** The member's or feature's name, for those. */
  readonly name?: string;
  /** The tag as written (`Notes`, `Returns`), for tagged parts. */
  readonly tag?: string;
  /** reStructuredText without the comment signs. Continuation lines keep their indentation from 8.1 on. */
  readonly text: string;
  /** Line of the part's first line in its file. */
  readonly line: number;
  /** Whether the compiler added the part, for a member or a return value that nothing is written about. */
  readonly stub?: boolean;
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
