/** The keys that definitions and their parts have, and how findings list them. */

import type { DefinitionKind } from '../language/finding.js';
import type { Value } from '../language/syntax.js';

/** The keys of an object. */
export interface Keys {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly known: ReadonlySet<string>;
}

function keys(required: readonly string[], optional: readonly string[]): Keys {
  return { required, optional, known: new Set([...required, ...optional]) };
}

const COMMAND_KEYS = ['data', 'returns', 'boxed', 'if', 'features'];
const COMMAND_FLAGS = ['gen', 'success-response', 'allow-oob', 'allow-preconfig', 'coroutine'];

/** The keys of each kind of definition. */
export const KEYS: Readonly<Record<DefinitionKind, Keys>> = {
  enum: keys(['enum', 'data'], ['if', 'features', 'prefix']),
  struct: keys(['struct', 'data'], ['base', 'if', 'features']),
  union: keys(['union', 'base', 'discriminator', 'data'], ['if', 'features']),
  alternate: keys(['alternate', 'data'], ['if', 'features']),
  command: keys(['command'], [...COMMAND_KEYS, ...COMMAND_FLAGS]),
  event: keys(['event'], ['data', 'boxed', 'if', 'features']),
};
/** The kinds of definition. */
export const KINDS = Object.keys(KEYS) as readonly DefinitionKind[];
/** The keys of the parts of definitions. */
export const MEMBER_KEYS: Keys = keys(['type'], ['if', 'features']);
export const BRANCH_KEYS: Keys = keys(['type'], ['if']);
export const VALUE_KEYS: Keys = keys(['name'], ['if', 'features']);
export const FEATURE_KEYS: Keys = keys(['name'], ['if']);
export const CONDITION_KEYS: Keys = keys([], ['all', 'any', 'not']);

/** The only value that a flag may have; the other one is its default. */
export const FLAGS: readonly (readonly [string, boolean])[] = [
  ['gen', false],
  ['success-response', false],
  ['boxed', true],
  ['allow-oob', true],
  ['allow-preconfig', true],
  ['coroutine', true],
];

/** Whether Python takes a value for true. */
export function isTruthy(value: Value): boolean {
  switch (value.kind) {
    case 'boolean':
      return value.value;
    case 'string':
      return value.value !== '';
    case 'list':
      return value.items.length > 0;
    case 'object':
      return value.members.size > 0;
  }
}

/** The ending of a plural. */
export function plural(names: readonly string[]): string {
  return names.length > 1 ? 's' : '';
}

/** Names in quotes, sorted. */
export function quoted(names: readonly string[]): string {
  return [...names]
    .sort()
    .map((name) => `'${name}'`)
    .join(', ');
}
