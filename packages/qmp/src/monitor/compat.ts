import { QmpError } from '../protocol/index.js';

/** What to do with input that uses a deprecated or unstable interface. */
export type InputPolicy = 'accept' | 'reject' | 'crash';

/** What to do with output that shows a deprecated or unstable interface. */
export type OutputPolicy = 'accept' | 'hide';

/** QEMU's `-compat`: how a monitor treats deprecated and unstable interfaces. Absent members mean `accept`. */
export interface CompatPolicy {
  readonly deprecatedInput?: InputPolicy;
  readonly deprecatedOutput?: OutputPolicy;
  readonly unstableInput?: InputPolicy;
  readonly unstableOutput?: OutputPolicy;
}

const members = {
  'deprecated-input': ['deprecatedInput', ['accept', 'reject', 'crash']],
  'deprecated-output': ['deprecatedOutput', ['accept', 'hide']],
  'unstable-input': ['unstableInput', ['accept', 'reject', 'crash']],
  'unstable-output': ['unstableOutput', ['accept', 'hide']],
} as const;

/**
 * Reads the text after QEMU's `-compat`: `deprecated-input=reject,unstable-output=hide`.
 *
 * @throws {QmpError} QMP_OPTION_INVALID for an unknown member or value.
 */
export function parseCompat(text: string): CompatPolicy {
  const policy: Record<string, string> = {};
  for (const option of text.split(',').filter((part) => part !== '')) {
    const [name = '', value = ''] = option.split('=', 2);
    if (!Object.hasOwn(members, name)) {
      throw new QmpError('QMP_OPTION_INVALID', `-compat has no member "${name}"`, {
        hint: `Use one of ${Object.keys(members).join(', ')}.`,
      });
    }
    const [key, values] = members[name as keyof typeof members];
    if (!(values as readonly string[]).includes(value)) {
      throw new QmpError('QMP_OPTION_INVALID', `${name}=${value} is not a policy`, {
        hint: `Use one of ${values.join(', ')}.`,
      });
    }
    policy[key] = value;
  }
  return policy;
}

/** What the policy says about a command with these features: its refusal, `crash`, or undefined to let it run. */
export function refusal(policy: CompatPolicy, name: string, features: readonly string[]): string | undefined {
  for (const [feature, action, word] of [
    ['deprecated', policy.deprecatedInput, 'Deprecated'],
    ['unstable', policy.unstableInput, 'Unstable'],
  ] as const) {
    if (action === undefined || action === 'accept' || !features.includes(feature)) continue;
    return action === 'crash' ? 'crash' : `${word} command ${name} disabled by policy`;
  }
  return undefined;
}

/** Whether a validator's refusal comes from a policy that says `crash`: validators refuse in both cases. */
export function crashes(policy: CompatPolicy, fault: string): boolean {
  if (policy.deprecatedInput !== 'crash' && policy.unstableInput !== 'crash') return false;
  const [, word] = /^(Deprecated|Unstable) (?:parameter|value) .* disabled by policy$/.exec(fault) ?? [];
  if (word === 'Deprecated') return policy.deprecatedInput === 'crash';
  return word === 'Unstable' && policy.unstableInput === 'crash';
}

/** Whether the policy hides an event or another output with these features. */
export function hidden(policy: CompatPolicy, features: readonly string[]): boolean {
  if (policy.deprecatedOutput === 'hide' && features.includes('deprecated')) return true;
  return policy.unstableOutput === 'hide' && features.includes('unstable');
}

/** Whether the policy hides anything at all. */
export function hidesSome(policy: CompatPolicy): boolean {
  return policy.deprecatedOutput === 'hide' || policy.unstableOutput === 'hide';
}
