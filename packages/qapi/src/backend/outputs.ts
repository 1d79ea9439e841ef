/**
 * What the policies for output hide (`-compat deprecated-output=hide,unstable-output=hide`): members of results and of
 * events' data, events, and entries of the reply to `query-qmp-schema`.
 *
 * Source of the rules: QEMU's `qapi/qobject-output-visitor.c` and `monitor/qmp-cmds-control.c`, as observed on 7.2.
 */

import { isObject } from './checks.js';
import type { MemberRow, SchemaTable, TypeRef } from './table.js';

/** The part of QEMU's `-compat` that concerns results and events. */
export interface OutputPolicy {
  /** @default 'accept' */
  readonly deprecatedOutput?: 'accept' | 'hide';
  /** @default 'accept' */
  readonly unstableOutput?: 'accept' | 'hide';
}

/** Returns a value without what the policy hides. The given value stays as it is. */
export type OutputFilter = <T>(value: T, policy: OutputPolicy) => T;

type Features = readonly string[];

/** Makes the filter of values of a type of the table; of an object's data when members are given. */
export function outputFilter(
  table: SchemaTable,
  type: TypeRef | readonly MemberRow[] | undefined,
): OutputFilter | undefined {
  if (type === undefined) return undefined;
  return <T>(value: T, policy: OutputPolicy): T => {
    if (policy.deprecatedOutput !== 'hide' && policy.unstableOutput !== 'hide') return value;
    const view = new View(table, policy);
    return (isReference(type) ? view.value(type, value) : view.object(type, value)) as T;
  };
}

/** A list of one string is the reference to an array, any other list holds rows of members. */
function isReference(type: TypeRef | readonly MemberRow[]): type is TypeRef {
  return typeof type === 'string' || typeof type[0] === 'string';
}

/** Values as one policy shows them. */
class View {
  readonly #table: SchemaTable;
  readonly #policy: OutputPolicy;

  constructor(table: SchemaTable, policy: OutputPolicy) {
    this.#table = table;
    this.#policy = policy;
  }

  value(type: TypeRef, value: unknown): unknown {
    if (typeof type !== 'string') {
      return Array.isArray(value) ? value.map((item: unknown) => this.value(type[0], item)) : value;
    }
    const types = this.#table.alternates[type];
    if (types !== undefined) return this.#alternate(types, value);
    const row = this.#table.objects[type];
    if (row === undefined || !isObject(value)) return value;
    const shown = this.object(row.members, value);
    const branch = row.tag === undefined ? undefined : row.branches?.[String(value[row.tag])];
    return branch === undefined ? shown : this.value(branch, shown);
  }

  /** The object without its hidden members; members that no row names stay as they are. */
  object(rows: readonly MemberRow[], value: unknown): unknown {
    if (!isObject(value)) return value;
    const byName = new Map(rows.map((row) => [row[0].replace(/^\*/, ''), row]));
    const entries = Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
      const [, type, ...features] = byName.get(name) ?? [];
      if (hides(this.#policy, features)) return [];
      return [[name, type === undefined ? item : this.value(type, item)]];
    });
    return Object.fromEntries(entries);
  }

  #alternate(types: readonly TypeRef[], value: unknown): unknown {
    const type = types.find((each) =>
      Array.isArray(value) ? typeof each !== 'string' : typeof each === 'string' && this.#table.objects[each],
    );
    return type === undefined ? value : this.value(type, value);
  }
}

function hides(policy: OutputPolicy, features: Features): boolean {
  if (policy.deprecatedOutput === 'hide' && features.includes('deprecated')) return true;
  return policy.unstableOutput === 'hide' && features.includes('unstable');
}

/**
 * The reply to `query-qmp-schema` without deprecated commands, events and members, and without `values`, the deprecated
 * spelling of an enum's members. As in QEMU 7.2, deprecated enum values and types that nothing refers to any more stay,
 * and nothing is hidden for being unstable.
 */
export function visibleIntrospection<T>(reply: T, policy: OutputPolicy): T {
  if (policy.deprecatedOutput !== 'hide' || !Array.isArray(reply)) return reply;
  return reply.filter((entry) => !isDeprecated(entry)).map(visibleEntry) as T;
}

function visibleEntry(entry: unknown): unknown {
  if (!isObject(entry)) return entry;
  if (entry['meta-type'] === 'enum') {
    const { values: _deprecated, ...rest } = entry;
    return rest;
  }
  if (entry['meta-type'] !== 'object' || !Array.isArray(entry.members)) return entry;
  return { ...entry, members: entry.members.filter((member) => !isDeprecated(member)) };
}

function isDeprecated(entry: unknown): boolean {
  return isObject(entry) && Array.isArray(entry.features) && entry.features.includes('deprecated');
}
