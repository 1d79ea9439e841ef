/** Gives every definition its entity, with the implicit types it needs; types are not resolved yet. */

import type { Finding } from '../language/finding.js';
import { dirname, relative } from '../language/path.js';
import { lazyPosition, type Position } from '../language/source.js';
import type { IncludeElement, Program } from './assemble.js';
import { EMPTY, PREDEFINED } from './builtin.js';
import type { CheckResult } from './check.js';
import type {
  AlternateBody,
  Arguments,
  CommandBody,
  Definition,
  EnumBody,
  EventBody,
  FeatureDefinition,
  MemberDefinition,
  TypeUse,
  UnionBody,
  ValueDefinition,
} from './definition.js';
import { describe } from './describe.js';
import type { Draft } from './draft.js';
import type {
  AlternateType,
  ArrayType,
  Command,
  Entity,
  EnumType,
  EnumValue,
  Feature,
  ObjectType,
  SchemaEvent,
} from './model.js';
import type { Pending, PendingCommand, PendingEvent, PendingObject, Placed } from './pending.js';
import { findingIn, type Subject } from './reporter.js';

/** The outcome of {@link define}. */
export interface DefineResult {
  /** Everything by name; the predefined types first. */
  readonly names: ReadonlyMap<string, Entity>;
  readonly pending: readonly Placed[];
  readonly modules: readonly string[];
  readonly findings: readonly Finding[];
}

/** Enters all definitions of a program, the implicit types just before their first user. */
export function define(program: Program, { definitions }: CheckResult, main: string): DefineResult {
  const modules = new Modules(main);
  const names = new Map<string, Entity>(PREDEFINED.map((type) => [type.name, type]));
  const result: Result = { names, pending: [], findings: [] };
  const subjects: Subjects = new Map();
  for (const element of program.elements) {
    if (element.kind === 'include') include(element, modules, result.pending);
    else {
      const definition = definitions.get(element);
      if (definition !== undefined) new Definer(definition, modules, result, subjects).define();
    }
  }
  return { ...result, modules: modules.names };
}

function include({ source, path, expression }: IncludeElement, modules: Modules, pending: Placed[]): void {
  const module = modules.of(source.path);
  const position = lazyPosition(source, expression.value.offset);
  pending.push({ module, item: { kind: 'include', include: { kind: 'include', name: modules.of(path), position } } });
}

/** Names of modules: paths relative to the main file's directory. */
class Modules {
  readonly names: string[] = [];
  readonly #directory: string;
  readonly #byPath = new Map<string, string>();

  constructor(main: string) {
    this.#directory = dirname(main);
    this.of(main);
  }

  of(path: string): string {
    let name = this.#byPath.get(path);
    if (name === undefined) {
      name = relative(this.#directory, path);
      this.#byPath.set(path, name);
      if (!this.names.includes(name)) this.names.push(name);
    }
    return name;
  }
}

/** Where each entity was entered. */
type Subjects = Map<Entity, { readonly subject: Subject; readonly offset: number }>;

interface Result {
  readonly names: Map<string, Entity>;
  readonly pending: Placed[];
  readonly findings: Finding[];
}

/** Until they are resolved. */
const NO_MEMBERS: ObjectType['members'] = [];
const NO_FEATURES: readonly Feature[] = [];

/** Enters one definition. */
class Definer {
  readonly #definition: Definition;
  readonly #subject: Subject;
  readonly #module: string;
  readonly #result: Result;
  readonly #subjects: Subjects;

  constructor(definition: Definition, modules: Modules, result: Result, subjects: Subjects) {
    const { name, source, line, body } = definition;
    this.#definition = definition;
    this.#subject = { source, line, definition: { kind: body.kind, name } };
    this.#module = modules.of(source.path);
    this.#result = result;
    this.#subjects = subjects;
  }

  define(): void {
    const { name, body } = this.#definition;
    switch (body.kind) {
      case 'enum':
        this.#enum(body);
        return;
      case 'struct':
        this.#arrays(body.members);
        this.#object('struct', name, body.members, body.base);
        return;
      case 'union':
        this.#union(body);
        return;
      case 'alternate':
        this.#alternate(body);
        return;
      case 'command':
        this.#command(body);
        return;
      case 'event':
        this.#event(body);
        return;
    }
  }

  /** Where the definition starts. */
  #position(): Position {
    return lazyPosition(this.#definition.source, this.#definition.start);
  }

  #features(features: readonly FeatureDefinition[] = this.#definition.features): readonly Feature[] {
    return features.length === 0 ? NO_FEATURES : features.map((feature) => toFeature(feature, this.#definition));
  }

  /** Enters an entity, unless its name is taken; an implicit one has no documentation. */
  #enter(item: Pending, implicit = false): void {
    const entity: Draft<Entity> = item.entity;
    const { names, pending } = this.#result;
    const other = names.get(entity.name);
    if (other !== undefined) {
      this.#redefined(entity.name, other);
      return;
    }
    const { condition, doc, offset } = this.#definition;
    if (condition !== undefined && item.kind !== 'array') entity.condition = condition;
    if (doc !== undefined && !implicit) entity.doc = doc;
    names.set(entity.name, item.entity);
    this.#subjects.set(item.entity, { subject: this.#subject, offset });
    pending.push({ module: this.#module, item });
  }

  #redefined(name: string, other: Entity): void {
    const { findings } = this.#result;
    const previous = this.#subjects.get(other);
    const { offset } = this.#definition;
    if (previous === undefined) {
      findings.push(findingIn(this.#subject, 'redefinition', `${describe(other)} is already defined`, offset));
      return;
    }
    const finding = findingIn(this.#subject, 'redefinition', `'${name}' is already defined`, offset);
    const { code: _, ...related } = findingIn(previous.subject, '', 'previous definition', previous.offset);
    findings.push({ ...finding, related });
  }

  #arrays(parts: readonly { readonly type: TypeUse }[]): void {
    for (let index = 0; index < parts.length; index++) this.#array(parts[index]?.type);
  }

  /** Enters the array type that a use of a type needs. */
  #array(use: TypeUse | undefined): void {
    if (use?.array !== true) return;
    const name = `${use.name}List`;
    if (this.#result.names.has(name)) return;
    const entity: Draft<ArrayType> = {
      kind: 'array',
      name,
      position: this.#position(),
      features: NO_FEATURES,
      element: EMPTY,
    };
    const element = { name: use.name, array: false, offset: use.offset };
    this.#enter({ kind: 'array', entity, subject: this.#subject, element }, true);
  }

  #object(
    form: ObjectType['form'],
    name: string,
    members: readonly MemberDefinition[],
    base?: TypeUse,
    union?: UnionBody,
  ): void {
    const implicit = form === 'arguments' || form === 'base';
    const entity: Draft<ObjectType> = {
      kind: 'object',
      form,
      name,
      position: this.#position(),
      features: implicit ? NO_FEATURES : this.#features(),
      localMembers: NO_MEMBERS,
      members: NO_MEMBERS,
    };
    const item: Draft<PendingObject> = { kind: 'object', entity, subject: this.#subject, members, state: 'new' };
    if (base !== undefined) item.base = base;
    if (union !== undefined) item.union = union;
    this.#enter(item, implicit);
  }

  /** Enters the implicit object of inline members; none when there are no members. */
  #implicit(form: 'arguments' | 'base', members: readonly MemberDefinition[]): TypeUse | undefined {
    this.#arrays(members);
    if (members.length === 0) return undefined;
    const name = `q_obj_${this.#definition.name}-${form === 'base' ? 'base' : 'arg'}`;
    if (!this.#result.names.has(name)) this.#object(form, name, members);
    return { name, array: false, offset: this.#definition.offset };
  }

  #enum({ values, prefix }: EnumBody): void {
    const entity: Draft<EnumType> = {
      kind: 'enum',
      name: this.#definition.name,
      position: this.#position(),
      features: this.#features(),
      values: values.map((value) => this.#value(value)),
    };
    if (prefix !== undefined) entity.prefix = prefix;
    this.#enter({ kind: 'done', entity, subject: this.#subject });
  }

  #value({ name, offset, features, condition }: ValueDefinition): EnumValue {
    const position = lazyPosition(this.#definition.source, offset);
    const value: Draft<EnumValue> = { name, position, features: this.#features(features) };
    if (condition !== undefined) value.condition = condition;
    return value;
  }

  #union(body: UnionBody): void {
    const base = isInline(body.base) ? this.#implicit('base', body.base) : body.base;
    this.#object('union', this.#definition.name, [], base, body);
  }

  #alternate({ branches }: AlternateBody): void {
    this.#arrays(branches);
    const entity: Draft<AlternateType> = {
      kind: 'alternate',
      name: this.#definition.name,
      position: this.#position(),
      features: this.#features(),
      branches: [],
    };
    this.#enter({ kind: 'alternate', entity, subject: this.#subject, branches });
  }

  #arguments(args: Arguments | undefined): TypeUse | undefined {
    return isInline(args) ? this.#implicit('arguments', args) : args;
  }

  #command(body: CommandBody): void {
    const { returns } = body;
    const args = this.#arguments(body.arguments);
    this.#array(returns);
    const entity: Draft<Command> = {
      kind: 'command',
      name: this.#definition.name,
      position: this.#position(),
      features: this.#features(),
      boxed: body.boxed,
      gen: body.gen,
      successResponse: body.successResponse,
      allowOob: body.allowOob,
      allowPreconfig: body.allowPreconfig,
      coroutine: body.coroutine,
    };
    const item: Draft<PendingCommand> = { kind: 'command', entity, subject: this.#subject };
    if (args !== undefined) item.arguments = args;
    if (returns !== undefined) item.returns = returns;
    this.#enter(item);
  }

  #event({ arguments: inline, boxed }: EventBody): void {
    const args = this.#arguments(inline);
    const entity: Draft<SchemaEvent> = {
      kind: 'event',
      name: this.#definition.name,
      position: this.#position(),
      features: this.#features(),
      boxed,
    };
    const item: Draft<PendingEvent> = { kind: 'event', entity, subject: this.#subject };
    if (args !== undefined) item.arguments = args;
    this.#enter(item);
  }
}

/** A feature of the model. */
export function toFeature(
  { name, condition, offset }: FeatureDefinition,
  { source }: Pick<Definition, 'source'>,
): Feature {
  const position = lazyPosition(source, offset);
  return condition === undefined ? { name, position } : { name, position, condition };
}

function isInline(value: Arguments | undefined): value is readonly MemberDefinition[] {
  return Array.isArray(value);
}
