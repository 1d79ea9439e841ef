import { holds } from '../schema/introspection.js';
import type { Condition } from '../schema/model.js';

/** Which compile-time symbols are on; `'all'` keeps everything, whatever its condition. */
export type Defines = ReadonlySet<string> | 'all';

/** Whether something under `condition` exists in a build with `defines`. */
export function exists(condition: Condition | undefined, defines: Defines): boolean {
  return condition === undefined || defines === 'all' || holds(condition, defines);
}

/** The condition in the words of the schema's readers, such as `CONFIG_LINUX and not CONFIG_WIN32`. */
export function conditionText(condition: Condition): string {
  if (typeof condition === 'string') return condition;
  if ('not' in condition) return `not ${nested(condition.not)}`;
  return 'all' in condition ? condition.all.map(nested).join(' and ') : condition.any.map(nested).join(' or ');
}

function nested(condition: Condition): string {
  const plain = typeof condition === 'string' || 'not' in condition;
  return plain ? conditionText(condition) : `(${conditionText(condition)})`;
}
