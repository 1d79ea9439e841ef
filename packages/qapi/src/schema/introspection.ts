import type { Condition, Schema } from './model.js';

/** A JSON value, as far as introspection replies need it. */
export type Json = string | number | bigint | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One entry of the reply to `query-qmp-schema`. */
export interface SchemaInfo {
  readonly name: string;
  readonly 'meta-type': 'builtin' | 'enum' | 'array' | 'object' | 'alternate' | 'command' | 'event';
  readonly [key: string]: Json;
}

/** A part of an introspection list that exists under a condition. */
export interface Conditional {
  readonly $if: Condition;
  readonly $value: unknown;
}

/** The introspection of a schema, before conditions are decided. */
export interface Introspection {
  /** Entries in the order of the reply; conditional parts are wrapped, see {@link Conditional}. */
  readonly entries: readonly unknown[];
  /** The names behind the numbers. Conditional types keep their number when they are left out. */
  readonly maskMap: ReadonlyMap<string, string>;
}

/** Describes a schema as `query-qmp-schema` does; `unmask` keeps the names of types. */
export function introspect(_schema: Schema, _options: { readonly unmask?: boolean } = {}): Introspection {
  return { entries: [], maskMap: new Map() };
}

/** The reply of a server that was built with the given symbols: conditional parts are decided. */
export function introspectionReply(
  _schema: Schema,
  _defines: ReadonlySet<string>,
  _options: { readonly unmask?: boolean } = {},
): readonly SchemaInfo[] {
  return [];
}
