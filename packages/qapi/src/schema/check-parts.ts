/** Checks the parts of definitions: names, keys, types, members, values, branches, features, conditions. */

import type { Finding } from '../language/finding.js';
import type { Condition, ObjectValue, Value } from '../language/syntax.js';
import {
  type Arguments,
  type BranchDefinition,
  type FeatureDefinition,
  type MemberDefinition,
  NO_TYPE,
  type TypeUse,
  type ValueDefinition,
} from './definition.js';
import type { Draft } from './draft.js';
import {
  BRANCH_KEYS,
  CONDITION_KEYS,
  FEATURE_KEYS,
  type Keys,
  MEMBER_KEYS,
  plural,
  quoted,
  VALUE_KEYS,
} from './keys.js';
import { checkLower, isPlain, isReservedMember, type NameFault } from './names.js';
import { findingIn, type Subject } from './reporter.js';

/** Most parts have no features. */
const NO_FEATURES: readonly FeatureDefinition[] = [];

/** Checks parts of the definition that is its subject, and collects findings. */
export class PartChecker {
  subject: Subject;
  readonly findings: Finding[] = [];

  constructor(subject: Subject) {
    this.subject = subject;
  }

  fail(code: string, message: string, offset: number): void {
    this.findings.push(findingIn(this.subject, code, message, offset));
  }

  name(fault: NameFault, offset: number): void {
    if (fault !== undefined) this.fail(fault.code, fault.message, offset);
  }

  keys(value: ObjectValue, what: string, { required, optional, known }: Keys): void {
    const { members } = value;
    const missing = required.filter((key) => !members.has(key));
    if (missing.length > 0) {
      this.fail('missing-key', `${what} misses key${plural(missing)} ${quoted(missing)}`, value.offset);
    }
    const unknown = [...members.keys()].filter((key) => !known.has(key));
    if (unknown.length === 0) return;
    const valid = quoted([...required, ...optional]);
    const message = `${what} has unknown key${plural(unknown)} ${quoted(unknown)}\nValid keys are ${valid}.`;
    this.fail('unknown-key', message, members.get(unknown[0] ?? '')?.keyOffset ?? value.offset);
  }

  members(value: Value, what: string, permissive: boolean): MemberDefinition[] {
    const members: MemberDefinition[] = [];
    if (value.kind !== 'object') {
      this.fail('shape', `${what} should be an object or type name`, value.offset);
      return members;
    }
    for (const { key, keyOffset, value: member } of value.members.values()) {
      members.push(this.#member(key, keyOffset, member, what, permissive));
    }
    return members;
  }

  #member(key: string, offset: number, value: Value, inside: string, permissive: boolean): MemberDefinition {
    const optional = key.startsWith('*');
    const name = optional ? key.slice(1) : key;
    // Most members are no more than two names.
    if (value.kind === 'string' && isPlain(name) && !isReservedMember(name)) {
      return { name, optional, offset, type: nameOf(value), features: NO_FEATURES };
    }
    const what = `${inside} member '${key}'`;
    this.name(checkLower(name, what, { upper: permissive, underscore: permissive }), offset);
    if (isReservedMember(name)) this.fail('reserved-name', `${what} uses reserved name`, offset);
    if (value.kind !== 'object') {
      return { name, optional, offset, type: this.typeOrArray(value, what) ?? NO_TYPE, features: NO_FEATURES };
    }
    this.keys(value, what, MEMBER_KEYS);
    const condition = this.condition(value, what);
    const features = this.features(value.members.get('features')?.value);
    const type = value.members.get('type')?.value;
    const use = type === undefined ? NO_TYPE : (this.typeOrArray(type, what) ?? NO_TYPE);
    const member: Draft<MemberDefinition> = { name, optional, offset, type: use, features };
    if (condition !== undefined) member.condition = condition;
    return member;
  }

  value(item: Value, permissive: boolean): ValueDefinition | undefined {
    // Most values are no more than a name.
    if (item.kind === 'string' && isPlain(item.value)) {
      return { name: item.value, offset: item.offset, features: NO_FEATURES };
    }
    const named = this.#named(item, "'data' member", VALUE_KEYS);
    if (named === undefined) return undefined;
    const { name, offset } = named;
    const what = `'data' member '${name}'`;
    const digit = name.charCodeAt(0) >= 48 && name.charCodeAt(0) <= 57;
    this.name(checkLower(digit ? `d${name}` : name, what, { upper: permissive, underscore: permissive }), offset);
    if (item.kind !== 'object') return { name, offset, features: NO_FEATURES };
    const condition = this.condition(item, what);
    const value: Draft<ValueDefinition> = {
      name,
      offset,
      features: this.features(item.members.get('features')?.value),
    };
    if (condition !== undefined) value.condition = condition;
    return value;
  }

  /** Reads what may be a name alone or an object with one. */
  #named(item: Value, what: string, keys: Keys): { name: string; offset: number } | undefined {
    let name: Value | undefined = item;
    if (item.kind === 'object') {
      this.keys(item, what, keys);
      name = item.members.get('name')?.value;
      if (name === undefined) return undefined;
    }
    if (name.kind === 'string') return { name: name.value, offset: name.offset };
    this.fail('name', `${what} requires a string name`, name.offset);
    return undefined;
  }

  /** A union's branch. */
  unionBranch(name: string, offset: number, value: Value): BranchDefinition {
    if (value.kind === 'string') return { name, offset, type: nameOf(value) };
    const what = `'data' member '${name}'`;
    return this.#branch(name, offset, value, what, (type) => this.typeName(type, what));
  }

  /** An alternate's branch. */
  alternateBranch(name: string, offset: number, value: Value): BranchDefinition {
    const what = `'data' member '${name}'`;
    this.name(checkLower(name, what), offset);
    return this.#branch(name, offset, value, what, (type) => this.typeOrArray(type, what));
  }

  #branch(
    name: string,
    offset: number,
    value: Value,
    what: string,
    typeOf: (type: Value) => TypeUse | undefined,
  ): BranchDefinition {
    if (value.kind !== 'object') return { name, offset, type: typeOf(value) ?? NO_TYPE };
    this.keys(value, what, BRANCH_KEYS);
    const condition = this.condition(value, what);
    const type = value.members.get('type')?.value;
    const use = type === undefined ? NO_TYPE : (typeOf(type) ?? NO_TYPE);
    return condition === undefined ? { name, offset, type: use } : { name, offset, type: use, condition };
  }

  nameOrMembers(value: Value, what: string, permissive: boolean): Arguments {
    return value.kind === 'string' ? nameOf(value) : this.members(value, what, permissive);
  }

  typeName(value: Value, what: string): TypeUse | undefined {
    if (value.kind === 'string') return nameOf(value);
    this.fail('shape', `${what} should be a type name`, value.offset);
    return undefined;
  }

  typeOrArray(value: Value, what: string): TypeUse | undefined {
    if (value.kind === 'string') return nameOf(value);
    if (value.kind !== 'list') {
      this.fail('shape', `${what} should be a type name or array`, value.offset);
      return undefined;
    }
    const element = value.items[0];
    if (value.items.length === 1 && element?.kind === 'string') {
      return { name: element.value, array: true, offset: element.offset };
    }
    this.fail('shape', `${what}: array type must contain single type name`, value.offset);
    return undefined;
  }

  features(value: Value | undefined): readonly FeatureDefinition[] {
    if (value === undefined) return NO_FEATURES;
    const features: FeatureDefinition[] = [];
    if (value.kind !== 'list') {
      this.fail('shape', "'features' must be an array", value.offset);
      return features;
    }
    for (const item of value.items) {
      const named: Draft<FeatureDefinition> | undefined = this.#named(item, "'features' member", FEATURE_KEYS);
      if (named === undefined) continue;
      const what = `'features' member '${named.name}'`;
      this.name(checkLower(named.name, what), named.offset);
      const condition = item.kind === 'object' ? this.condition(item, what) : undefined;
      if (condition !== undefined) named.condition = condition;
      features.push(named);
    }
    return features;
  }

  /** The condition of an object that may have one. */
  condition(owner: ObjectValue, what: string): Condition | undefined {
    const value = owner.members.get('if')?.value;
    return value === undefined ? undefined : this.#conditionValue(value, what);
  }

  #conditionValue(value: Value, what: string): Condition | undefined {
    if (value.kind === 'string') {
      if (!/^[A-Z][A-Z0-9_]*$/.test(value.value)) {
        const message = `'if' condition '${value.value}' of ${what} is not a valid identifier`;
        this.fail('condition', message, value.offset);
      }
      return value.value;
    }
    if (value.kind !== 'object') {
      this.fail('condition', `'if' condition of ${what} must be a string or an object`, value.offset);
      return undefined;
    }
    this.keys(value, `'if' condition of ${what}`, CONDITION_KEYS);
    const operator = value.members.values().next().value;
    if (value.members.size !== 1 || operator === undefined) {
      this.fail('condition', `'if' condition of ${what} has conflicting keys`, value.offset);
      return undefined;
    }
    if (!CONDITION_KEYS.optional.includes(operator.key)) return undefined;
    if (operator.key === 'not') {
      const operand = this.#conditionValue(operator.value, what);
      return operand === undefined ? undefined : { not: operand };
    }
    const operands = this.#operands(operator.key, operator.value, what);
    return operator.key === 'all' ? { all: operands } : { any: operands };
  }

  #operands(operator: string, value: Value, what: string): Condition[] {
    const operands: Condition[] = [];
    if (value.kind !== 'list') {
      this.fail('condition', `'${operator}' condition of ${what} must be an array`, value.offset);
      return operands;
    }
    if (value.items.length === 0) this.fail('condition', `'if' condition [] of ${what} is useless`, value.offset);
    for (const item of value.items) {
      const operand = this.#conditionValue(item, what);
      if (operand !== undefined) operands.push(operand);
    }
    return operands;
  }
}

function nameOf({ value, offset }: Extract<Value, { kind: 'string' }>): TypeUse {
  return { name: value, array: false, offset };
}
