/** Checks definitions one by one: keys, names, shapes. What needs other definitions is checked by `resolve`. */

import type { DialectRules } from '../language/dialect.js';
import type { DefinitionKind, Finding } from '../language/finding.js';
import type { Condition, Documentation, ObjectValue, Pragmas, Value } from '../language/syntax.js';
import type { DefinitionElement, Program } from './assemble.js';
import type {
  Arguments,
  BranchDefinition,
  Definition,
  FeatureDefinition,
  MemberDefinition,
  TypeUse,
  ValueDefinition,
} from './definition.js';
import {
  BRANCH_KEYS,
  CONDITION_KEYS,
  FEATURE_KEYS,
  FLAGS,
  isTruthy,
  KEYS,
  type Keys,
  KINDS,
  MEMBER_KEYS,
  plural,
  quoted,
  VALUE_KEYS,
} from './keys.js';
import { checkCamel, checkLower, checkUpper, isReservedMember, type NameFault } from './names.js';
import { findingIn, findingInDoc, type Subject } from './reporter.js';

/** The outcome of {@link check}. */
export interface CheckResult {
  /** The definition of each element that has one, also where it has faults. */
  readonly definitions: ReadonlyMap<DefinitionElement, Definition>;
  readonly findings: readonly Finding[];
}

/** Checks each definition of a program by itself. */
export function check(program: Program, rules: DialectRules): CheckResult {
  const findings: Finding[] = [];
  const exceptions = {
    commandNames: new Set(program.pragmas.commandNameExceptions),
    memberNames: new Set(program.pragmas.memberNameExceptions),
  };
  const definitions = new Map<DefinitionElement, Definition>();
  for (const element of program.elements) {
    if (element.kind === 'include') continue;
    const checker = new DefinitionChecker(element, program.pragmas, exceptions, rules, findings);
    const definition = checker.check();
    if (definition !== undefined) definitions.set(element, definition);
  }
  return { definitions, findings };
}

interface Exceptions {
  readonly commandNames: ReadonlySet<string>;
  readonly memberNames: ReadonlySet<string>;
}

/** Stands for a type that is missing or wrong. */
const NO_TYPE: TypeUse = { name: '', array: false, offset: 0 };

class DefinitionChecker {
  readonly #element: DefinitionElement;
  readonly #value: ObjectValue;
  readonly #pragmas: Pragmas;
  readonly #exceptions: Exceptions;
  readonly #rules: DialectRules;
  readonly #findings: Finding[];
  #subject: Subject;

  constructor(
    element: DefinitionElement,
    pragmas: Pragmas,
    exceptions: Exceptions,
    rules: DialectRules,
    findings: Finding[],
  ) {
    this.#element = element;
    this.#value = element.expression.value;
    this.#pragmas = pragmas;
    this.#exceptions = exceptions;
    this.#rules = rules;
    this.#findings = findings;
    this.#subject = { source: element.source, line: element.expression.line };
  }

  check(): Definition | undefined {
    const value = this.#value;
    const kinds = KINDS.filter((kind) => value.members.has(kind));
    const kind = kinds[0];
    if (kind === undefined || kinds.length > 1) {
      const names = KINDS.map((each) => `'${each}'`).join(', ');
      this.#fail('kind', `expression must have exactly one key ${names}`, value.offset);
      return undefined;
    }
    const name = this.#get(kind);
    if (name?.kind !== 'string') {
      this.#fail('name', `'${kind}' requires a string name`, name?.offset ?? value.offset);
      return undefined;
    }
    this.#subject = { ...this.#subject, definition: { kind, name: name.value } };
    this.#definitionName(kind, name.value, name.offset);
    this.#documentation(kind, name.value);
    this.#keys(value, kind, KEYS[kind]);
    const body = this.#body(kind, name.value);
    const condition = this.#condition(value, kind);
    const features = this.#features(this.#get('features'));
    this.#flags();
    const { source, expression, doc } = this.#element;
    return {
      ...body,
      name: name.value,
      source,
      line: expression.line,
      start: expression.value.offset,
      offset: name.offset,
      features,
      ...(doc !== undefined && { doc }),
      ...(condition !== undefined && { condition }),
    };
  }

  #fail(code: string, message: string, offset: number): void {
    this.#findings.push(findingIn(this.#subject, code, message, offset));
  }

  #get(key: string): Value | undefined {
    return this.#value.members.get(key)?.value;
  }

  #name(fault: NameFault, offset: number): void {
    if (fault !== undefined) this.#fail(fault.code, fault.message, offset);
  }

  #definitionName(kind: DefinitionKind, name: string, offset: number): void {
    if (kind === 'event') this.#name(checkUpper(name, kind), offset);
    else if (kind === 'command') {
      this.#name(checkLower(name, kind, { underscore: this.#exceptions.commandNames.has(name) }), offset);
    } else this.#name(checkCamel(name, kind), offset);
    if (name.endsWith('List')) this.#fail('name-list', `${kind} name should not end in 'List'`, offset);
  }

  #documentation(kind: DefinitionKind, name: string): void {
    const { doc, expression } = this.#element;
    if (doc === undefined) {
      if (this.#pragmas.docRequired) {
        this.#fail('doc-required', 'documentation comment required', expression.value.offset);
      }
    } else if (doc.symbol !== name) {
      this.#fail('doc-symbol', `documentation comment is for '${doc.symbol}'`, expression.value.offset);
    } else this.#returnsSection(kind, doc);
  }

  /** Parts about results belong to commands only. */
  #returnsSection(kind: DefinitionKind, doc: Documentation): void {
    for (const section of doc.sections) {
      const { kind: part } = section;
      if (part !== 'returns' && part !== 'errors') continue;
      const { line } = section;
      const tag = part === 'returns' ? 'Returns' : 'Errors';
      if (this.#rules.layout !== 'parts') {
        if (kind === 'command') continue;
        this.#findings.push(findingInDoc(doc, doc.line, 'doc-returns', `'${tag}:' is only valid for commands`));
      } else if (kind !== 'command') {
        this.#findings.push(findingInDoc(doc, line, 'doc-returns', `'${tag}' section is only valid for commands`));
      } else if (part === 'returns' && !this.#value.members.has('returns')) {
        const message = "'Returns' section, but command doesn't return anything";
        this.#findings.push(findingInDoc(doc, line, 'doc-returns', message));
      }
    }
  }

  #keys(value: ObjectValue, what: string, { required, optional }: Keys): void {
    const { members } = value;
    let known = 0;
    for (const key of optional) if (members.has(key)) known++;
    const missing = required.filter((key) => !members.has(key));
    known += required.length - missing.length;
    if (missing.length > 0) {
      this.#fail('missing-key', `${what} misses key${plural(missing)} ${quoted(missing)}`, value.offset);
    }
    if (known === members.size) return;
    const unknown = [...members.values()].filter(({ key }) => !required.includes(key) && !optional.includes(key));
    const names = unknown.map(({ key }) => key);
    const valid = quoted([...required, ...optional]);
    const message = `${what} has unknown key${plural(names)} ${quoted(names)}\nValid keys are ${valid}.`;
    this.#fail('unknown-key', message, unknown[0]?.keyOffset ?? value.offset);
  }

  #body(kind: DefinitionKind, name: string) {
    switch (kind) {
      case 'enum':
        return this.#enum(name);
      case 'struct':
        return this.#struct(name);
      case 'union':
        return this.#union(name);
      case 'alternate':
        return { kind, branches: this.#alternateBranches(this.#get('data')) };
      case 'command':
        return this.#command();
      case 'event':
        return { kind, ...this.#arguments() };
    }
  }

  #enum(name: string) {
    const data = this.#get('data');
    const prefix = this.#get('prefix');
    if (data !== undefined && data.kind !== 'list') this.#fail('shape', "'data' must be an array", data.offset);
    if (prefix !== undefined && prefix.kind !== 'string') {
      this.#fail('shape', "'prefix' must be a string", prefix.offset);
    }
    const permissive = this.#exceptions.memberNames.has(name);
    const values: ValueDefinition[] = [];
    for (const item of data?.kind === 'list' ? data.items : []) {
      const value = this.#enumValue(item, permissive);
      if (value !== undefined) values.push(value);
    }
    return { kind: 'enum' as const, values, ...(prefix?.kind === 'string' && { prefix: prefix.value }) };
  }

  #enumValue(item: Value, permissive: boolean): ValueDefinition | undefined {
    const named = this.#named(item, "'data' member", VALUE_KEYS);
    if (named === undefined) return undefined;
    const { name, offset } = named;
    const what = `'data' member '${name}'`;
    const digit = name.charCodeAt(0) >= 48 && name.charCodeAt(0) <= 57;
    this.#name(checkLower(digit ? `d${name}` : name, what, { upper: permissive, underscore: permissive }), offset);
    if (item.kind !== 'object') return { name, offset, features: [] };
    const condition = this.#condition(item, what);
    const features = this.#features(item.members.get('features')?.value);
    return { name, offset, features, ...(condition !== undefined && { condition }) };
  }

  /** Reads what may be a name alone or an object with one. */
  #named(item: Value, what: string, keys: Keys): { name: string; offset: number } | undefined {
    let name: Value | undefined = item;
    if (item.kind === 'object') {
      this.#keys(item, what, keys);
      name = item.members.get('name')?.value;
      if (name === undefined) return undefined;
    }
    if (name.kind === 'string') return { name: name.value, offset: name.offset };
    this.#fail('name', `${what} requires a string name`, name.offset);
    return undefined;
  }

  #struct(name: string) {
    const data = this.#get('data');
    const base = this.#get('base');
    const members = data === undefined ? [] : this.#members(data, "'data'", this.#exceptions.memberNames.has(name));
    const baseType = this.#typeName(base, "'base'");
    return { kind: 'struct' as const, members, ...(baseType !== undefined && { base: baseType }) };
  }

  #union(name: string) {
    const base = this.#get('base');
    const discriminator = this.#get('discriminator');
    const data = this.#get('data');
    const permissive = this.#exceptions.memberNames.has(name);
    const baseType = base === undefined ? [] : this.#nameOrMembers(base, "'base'", permissive);
    if (discriminator !== undefined && discriminator.kind !== 'string') {
      this.#fail('name', "'discriminator' requires a string name", discriminator.offset);
    }
    if (data !== undefined && data.kind !== 'object') this.#fail('shape', "'data' must be an object", data.offset);
    const branches: BranchDefinition[] = [];
    for (const { key, keyOffset, value } of data?.kind === 'object' ? data.members.values() : []) {
      const what = `'data' member '${key}'`;
      branches.push(this.#branch(key, keyOffset, value, what, (type) => this.#typeName(type, what)));
    }
    const tag = discriminator?.kind === 'string' ? discriminator.value : '';
    const offset = discriminator?.offset ?? this.#value.offset;
    return { kind: 'union' as const, base: baseType, discriminator: { name: tag, offset }, branches };
  }

  #branch(
    name: string,
    offset: number,
    value: Value,
    what: string,
    typeOf: (type: Value) => TypeUse | undefined,
  ): BranchDefinition {
    if (value.kind !== 'object') return { name, offset, type: typeOf(value) ?? NO_TYPE };
    this.#keys(value, what, BRANCH_KEYS);
    const condition = this.#condition(value, what);
    const type = value.members.get('type')?.value;
    const use = type === undefined ? NO_TYPE : (typeOf(type) ?? NO_TYPE);
    return { name, offset, type: use, ...(condition !== undefined && { condition }) };
  }

  #alternateBranches(data: Value | undefined): BranchDefinition[] {
    if (data === undefined) return [];
    const empty =
      (data.kind === 'object' && data.members.size === 0) ||
      (data.kind === 'list' && data.items.length === 0) ||
      (data.kind === 'string' && data.value === '') ||
      (data.kind === 'boolean' && !data.value);
    if (empty) this.#fail('shape', "'data' must not be empty", data.offset);
    else if (data.kind !== 'object') this.#fail('shape', "'data' must be an object", data.offset);
    const branches: BranchDefinition[] = [];
    for (const { key, keyOffset, value } of data.kind === 'object' ? data.members.values() : []) {
      const what = `'data' member '${key}'`;
      this.#name(checkLower(key, what), keyOffset);
      branches.push(this.#branch(key, keyOffset, value, what, (type) => this.#typeOrArray(type, what)));
    }
    return branches;
  }

  #command() {
    const returns = this.#get('returns');
    const args = this.#arguments();
    const type = returns === undefined ? undefined : this.#typeOrArray(returns, "'returns'");
    return {
      kind: 'command' as const,
      ...args,
      ...(type !== undefined && { returns: type }),
      gen: !this.#isSet('gen', false),
      successResponse: !this.#isSet('success-response', false),
      allowOob: this.#isSet('allow-oob', true),
      allowPreconfig: this.#isSet('allow-preconfig', true),
      coroutine: this.#isSet('coroutine', true),
    };
  }

  #arguments(): { boxed: boolean; arguments?: Arguments } {
    const data = this.#get('data');
    const boxedValue = this.#get('boxed');
    const boxed = boxedValue !== undefined && isTruthy(boxedValue);
    if (data === undefined) {
      if (boxed) this.#fail('boxed', "'boxed': true requires 'data'", boxedValue.offset);
      return { boxed };
    }
    const args = boxed ? this.#typeName(data, "'data'") : this.#nameOrMembers(data, "'data'", false);
    return args === undefined ? { boxed } : { boxed, arguments: args };
  }

  #isSet(key: string, setting: boolean): boolean {
    const value = this.#get(key);
    return value?.kind === 'boolean' && value.value === setting;
  }

  #nameOrMembers(value: Value, what: string, permissive: boolean): Arguments {
    if (value.kind === 'string') return { name: value.value, array: false, offset: value.offset };
    return this.#members(value, what, permissive);
  }

  #typeName(value: Value | undefined, what: string): TypeUse | undefined {
    if (value === undefined) return undefined;
    if (value.kind === 'string') return { name: value.value, array: false, offset: value.offset };
    this.#fail('shape', `${what} should be a type name`, value.offset);
    return undefined;
  }

  #typeOrArray(value: Value, what: string): TypeUse | undefined {
    if (value.kind === 'string') return { name: value.value, array: false, offset: value.offset };
    if (value.kind !== 'list') {
      this.#fail('shape', `${what} should be a type name or array`, value.offset);
      return undefined;
    }
    const element = value.items[0];
    if (value.items.length === 1 && element?.kind === 'string') {
      return { name: element.value, array: true, offset: element.offset };
    }
    this.#fail('shape', `${what}: array type must contain single type name`, value.offset);
    return undefined;
  }

  #members(value: Value, what: string, permissive: boolean): MemberDefinition[] {
    const members: MemberDefinition[] = [];
    if (value.kind !== 'object') {
      this.#fail('shape', `${what} should be an object or type name`, value.offset);
      return members;
    }
    for (const { key, keyOffset, value: member } of value.members.values()) {
      members.push(this.#member(key, keyOffset, member, `${what} member '${key}'`, permissive));
    }
    return members;
  }

  #member(key: string, offset: number, value: Value, what: string, permissive: boolean): MemberDefinition {
    const optional = key.startsWith('*');
    const name = optional ? key.slice(1) : key;
    const fault = checkLower(name, what, { upper: permissive, underscore: permissive });
    this.#name(fault, offset);
    if (isReservedMember(name)) this.#fail('reserved-name', `${what} uses reserved name`, offset);
    if (value.kind !== 'object') {
      return { name, optional, offset, type: this.#typeOrArray(value, what) ?? NO_TYPE, features: [] };
    }
    this.#keys(value, what, MEMBER_KEYS);
    const condition = this.#condition(value, what);
    const features = this.#features(value.members.get('features')?.value);
    const type = value.members.get('type')?.value;
    const use = type === undefined ? NO_TYPE : (this.#typeOrArray(type, what) ?? NO_TYPE);
    return { name, optional, offset, type: use, features, ...(condition !== undefined && { condition }) };
  }

  #features(value: Value | undefined): FeatureDefinition[] {
    const features: FeatureDefinition[] = [];
    if (value === undefined) return features;
    if (value.kind !== 'list') {
      this.#fail('shape', "'features' must be an array", value.offset);
      return features;
    }
    for (const item of value.items) {
      const named = this.#named(item, "'features' member", FEATURE_KEYS);
      if (named === undefined) continue;
      const what = `'features' member '${named.name}'`;
      this.#name(checkLower(named.name, what), named.offset);
      const condition = item.kind === 'object' ? this.#condition(item, what) : undefined;
      features.push(condition === undefined ? named : { ...named, condition });
    }
    return features;
  }

  #condition(owner: ObjectValue, what: string): Condition | undefined {
    const value = owner.members.get('if')?.value;
    return value === undefined ? undefined : this.#conditionValue(value, what);
  }

  #conditionValue(value: Value, what: string): Condition | undefined {
    if (value.kind === 'string') {
      if (!/^[A-Z][A-Z0-9_]*$/.test(value.value)) {
        const message = `'if' condition '${value.value}' of ${what} is not a valid identifier`;
        this.#fail('condition', message, value.offset);
      }
      return value.value;
    }
    if (value.kind !== 'object') {
      this.#fail('condition', `'if' condition of ${what} must be a string or an object`, value.offset);
      return undefined;
    }
    this.#keys(value, `'if' condition of ${what}`, CONDITION_KEYS);
    const operator = value.members.values().next().value;
    if (value.members.size !== 1 || operator === undefined) {
      this.#fail('condition', `'if' condition of ${what} has conflicting keys`, value.offset);
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
      this.#fail('condition', `'${operator}' condition of ${what} must be an array`, value.offset);
      return operands;
    }
    if (value.items.length === 0) this.#fail('condition', `'if' condition [] of ${what} is useless`, value.offset);
    for (const item of value.items) {
      const operand = this.#conditionValue(item, what);
      if (operand !== undefined) operands.push(operand);
    }
    return operands;
  }

  #flags(): void {
    const { members } = this.#value;
    for (const [key, setting] of FLAGS) {
      const value = members.get(key)?.value;
      if (value === undefined || (value.kind === 'boolean' && value.value === setting)) continue;
      this.#fail('flag', `flag '${key}' may only use ${setting} value`, value.offset);
    }
    const coroutine = members.get('coroutine');
    if (members.has('allow-oob') && coroutine !== undefined) {
      this.#fail('flag', "flags 'allow-oob' and 'coroutine' are incompatible", coroutine.keyOffset);
    }
  }
}
