/**
 * The releases of QEMU whose rules differ, each standing for itself and those up to the next; `lenient` reads
 * everything that any of them reads and asks for no documentation; `auto` is chosen by what is written.
 */
export type Dialect = '6.2' | '8.1' | '9.0' | '9.1' | '10.1' | '10.2' | 'lenient' | 'auto';

/** What a dialect allows and asks for. The structure of definitions is the same in all of them. */
export interface DialectRules {
  readonly name: Exclude<Dialect, 'auto'>;
  /**
   * How parts of a documentation block are found: `aligned`, text lines up with the first word; `indented`, with the
   * first continuation line; `parts`, tags count only where a part may start.
   */
  readonly layout: 'aligned' | 'indented' | 'parts';
  /** `Note:` and `Example:` are tags. */
  readonly noteTags: boolean;
  /** A line that starts with `=` is a heading. */
  readonly headings: boolean;
  /** Lines end at column 70 and sentences are two blanks apart. */
  readonly style: boolean;
  /** Every member needs a description. */
  readonly describeMembers: boolean;
  /** A command that returns something gets an empty `Returns` part when none is written. */
  readonly returnsStubs: boolean;
  /** The pragma `documentation-exceptions` is known. */
  readonly documentationExceptions: boolean;
  /** A branch of a union may be a union. */
  readonly nestedUnions: boolean;
  /** Arguments with a condition need `boxed`. */
  readonly boxedConditions: boolean;
  /** How many feature names a schema may have, the two special ones included. */
  readonly maxFeatures: number;
}

const V6_2: DialectRules = {
  name: '6.2',
  layout: 'aligned',
  noteTags: true,
  headings: true,
  style: false,
  describeMembers: false,
  returnsStubs: false,
  documentationExceptions: false,
  nestedUnions: false,
  boxedConditions: false,
  maxFeatures: Number.POSITIVE_INFINITY,
};
const V8_1: DialectRules = { ...V6_2, name: '8.1', layout: 'indented', nestedUnions: true, boxedConditions: true };
const V9_0: DialectRules = {
  ...V8_1,
  name: '9.0',
  layout: 'parts',
  describeMembers: true,
  documentationExceptions: true,
};
const V9_1: DialectRules = { ...V9_0, name: '9.1', noteTags: false };
const V10_1: DialectRules = { ...V9_1, name: '10.1', headings: false, returnsStubs: true, maxFeatures: 64 };
const V10_2: DialectRules = { ...V10_1, name: '10.2', style: true };
const LENIENT: DialectRules = {
  ...V9_0,
  name: 'lenient',
  headings: false,
  describeMembers: false,
  boxedConditions: false,
};

/** The dialects' rules, newest first. */
export const DIALECTS: readonly DialectRules[] = [V10_2, V10_1, V9_1, V9_0, V8_1, V6_2];

/** The rules of a dialect. */
export function dialectRules(dialect: Exclude<Dialect, 'auto'>): DialectRules {
  return DIALECTS.find(({ name }) => name === dialect) ?? LENIENT;
}
