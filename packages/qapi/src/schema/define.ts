/** Gives every definition its entity, with the implicit types it needs; types are not resolved yet. */

import type { Finding } from '../language/finding.js';
import { dirname, relative } from '../language/path.js';
import { lazyPosition } from '../language/source.js';
import type { Condition } from '../language/syntax.js';
import type { Program } from './assemble.js';
import { EMPTY, PREDEFINED } from './builtin.js';
import type { CheckResult } from './check.js';
import type {
  AlternateDefinition,
  Arguments,
  BranchDefinition,
  CommandDefinition,
  Definition,
  EnumDefinition,
  EventDefinition,
  FeatureDefinition,
  MemberDefinition,
  TypeUse,
  UnionDefinition,
} from './definition.js';
import { describe } from './describe.js';
import type {
  AlternateType,
  ArrayType,
  Command,
  Entity,
  EnumType,
  Feature,
  Include,
  ObjectType,
  SchemaEvent,
} from './model.js';
import { findingIn, type Subject } from './reporter.js';

/** A model object while it is built. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** An entity whose types are to be resolved, with what it takes. */
export type Pending =
  | { readonly kind: 'done'; readonly entity: EnumType; readonly subject: Subject }
  | { readonly kind: 'array'; readonly entity: Draft<ArrayType>; readonly subject: Subject; readonly element: TypeUse }
  | PendingObject
  | {
      readonly kind: 'alternate';
      readonly entity: Draft<AlternateType>;
      readonly subject: Subject;
      readonly branches: readonly BranchDefinition[];
    }
  | {
      readonly kind: 'command';
      readonly entity: Draft<Command>;
      readonly subject: Subject;
      readonly arguments?: TypeUse;
      readonly returns?: TypeUse;
    }
  | {
      readonly kind: 'event';
      readonly entity: Draft<SchemaEvent>;
      readonly subject: Subject;
      readonly arguments?: TypeUse;
    };

/** A struct, union or implicit object whose members are to be resolved. */
export interface PendingObject {
  readonly kind: 'object';
  readonly entity: Draft<ObjectType>;
  readonly subject: Subject;
  readonly base?: TypeUse;
  readonly members: readonly MemberDefinition[];
  readonly union?: Pick<UnionDefinition, 'discriminator' | 'branches'>;
  state: 'new' | 'busy' | 'done';
}

/** An entity or include directive in the module it is written in. */
export interface Placed {
  readonly module: string;
  readonly item: Pending | { readonly kind: 'include'; readonly include: Include };
}

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
  const definer = new Definer(main);
  for (const element of program.elements) {
    if (element.kind === 'include') definer.include(element.path, element.source.path, element);
    else {
      const definition = definitions.get(element);
      if (definition !== undefined) definer.define(definition);
    }
  }
  return definer;
}

class Definer implements DefineResult {
  readonly names = new Map<string, Entity>(PREDEFINED.map((type) => [type.name, type]));
  readonly pending: Placed[] = [];
  readonly modules: string[] = [];
  readonly findings: Finding[] = [];
  readonly #directory: string;
  readonly #moduleNames = new Map<string, string>();
  readonly #subjects = new Map<Entity, { readonly subject: Subject; readonly offset: number }>();
  /** The definition that is entered now. */
  #definition: Definition | undefined;
  #subject: Subject | undefined;

  constructor(main: string) {
    this.#directory = dirname(main);
    this.#module(main);
  }

  include(
    path: string,
    from: string,
    { source, expression }: Pick<Extract<Program['elements'][number], { kind: 'include' }>, 'source' | 'expression'>,
  ): void {
    const module = this.#module(from);
    const position = lazyPosition(source, expression.value.offset);
    const include: Include = { kind: 'include', name: this.#module(path), position };
    this.pending.push({ module, item: { kind: 'include', include } });
  }

  define(definition: Definition): void {
    const { kind, name, source, line } = definition;
    this.#definition = definition;
    this.#subject = { source, line, definition: { kind, name } };
    switch (definition.kind) {
      case 'enum':
        this.#enum(definition);
        return;
      case 'struct':
        for (const { type } of definition.members) this.#array(type);
        this.#object('struct', name, definition.members, { ...(definition.base && { base: definition.base }) });
        return;
      case 'union':
        this.#union(definition);
        return;
      case 'alternate':
        this.#alternate(definition);
        return;
      case 'command':
        this.#command(definition);
        return;
      case 'event':
        this.#event(definition);
        return;
    }
  }

  #module(path: string): string {
    let name = this.#moduleNames.get(path);
    if (name === undefined) {
      name = relative(this.#directory, path);
      this.#moduleNames.set(path, name);
      if (!this.modules.includes(name)) this.modules.push(name);
    }
    return name;
  }

  get #current(): Definition {
    if (this.#definition === undefined) throw new Error('no definition is being entered');
    return this.#definition;
  }

  /** What an entity takes over from its definition. */
  #base(name: string) {
    const { source, start, condition, doc, features } = this.#current;
    const implicit = name !== this.#current.name;
    return {
      name,
      position: lazyPosition(source, start),
      features: implicit ? [] : this.#features(features),
      ...(condition !== undefined && { condition }),
      ...(!implicit && doc !== undefined && { doc }),
    };
  }

  #features(features: readonly FeatureDefinition[]): readonly Feature[] {
    return features.length === 0 ? NONE : features.map((feature) => toFeature(feature, this.#current));
  }

  /** Enters an entity under its name, unless that is taken. */
  #enter(make: (subject: Subject) => Exclude<Placed['item'], { kind: 'include' }>): void {
    const subject = this.#subject;
    if (subject === undefined) return;
    const item = make(subject);
    const { entity } = item;
    const other = this.names.get(entity.name);
    if (other !== undefined) {
      this.#redefined(entity.name, other, subject);
      return;
    }
    this.names.set(entity.name, entity);
    this.#subjects.set(entity, { subject, offset: this.#current.offset });
    this.pending.push({ module: this.#module(subject.source.path), item });
  }

  #redefined(name: string, other: Entity, subject: Subject): void {
    const previous = this.#subjects.get(other);
    const offset = this.#current.offset;
    if (previous === undefined) {
      this.findings.push(findingIn(subject, 'redefinition', `${describe(other)} is already defined`, offset));
      return;
    }
    const finding = findingIn(subject, 'redefinition', `'${name}' is already defined`, offset);
    const { code: _, ...related } = findingIn(previous.subject, '', 'previous definition', previous.offset);
    this.findings.push({ ...finding, related });
  }

  /** Enters the array type that a use of a type needs. */
  #array(use: TypeUse): void {
    const name = `${use.name}List`;
    if (!use.array || this.names.has(name)) return;
    this.#enter((subject) => {
      const entity: Draft<ArrayType> = { ...this.#base(name), kind: 'array', element: EMPTY };
      delete entity.condition;
      return { kind: 'array', entity, subject, element: { ...use, array: false } };
    });
  }

  #object(
    form: ObjectType['form'],
    name: string,
    members: readonly MemberDefinition[],
    more: Pick<PendingObject, 'base' | 'union'> = {},
  ): void {
    this.#enter((subject) => {
      const entity: Draft<ObjectType> = { ...this.#base(name), kind: 'object', form, localMembers: [], members: [] };
      return { kind: 'object', entity, subject, members, ...more, state: 'new' };
    });
  }

  /** Enters the implicit object of inline members; none when there are no members. */
  #implicit(form: 'arguments' | 'base', members: readonly MemberDefinition[]): TypeUse | undefined {
    for (const { type } of members) this.#array(type);
    if (members.length === 0) return undefined;
    const name = `q_obj_${this.#current.name}-${form === 'base' ? 'base' : 'arg'}`;
    if (!this.names.has(name)) this.#object(form, name, members);
    return { name, array: false, offset: this.#current.offset };
  }

  #enum(definition: EnumDefinition): void {
    this.#enter((subject) => {
      const entity: EnumType = {
        ...this.#base(definition.name),
        kind: 'enum',
        values: definition.values.map((value) => ({
          name: value.name,
          position: lazyPosition(definition.source, value.offset),
          features: this.#features(value.features),
          ...withCondition(value.condition),
        })),
        ...(definition.prefix !== undefined && { prefix: definition.prefix }),
      };
      return { kind: 'done', entity, subject };
    });
  }

  #union({ name, base, discriminator, branches }: UnionDefinition): void {
    const use = isInline(base) ? this.#implicit('base', base) : base;
    this.#object('union', name, [], { ...(use !== undefined && { base: use }), union: { discriminator, branches } });
  }

  #alternate({ name, branches }: AlternateDefinition): void {
    for (const { type } of branches) this.#array(type);
    this.#enter((subject) => {
      const entity: Draft<AlternateType> = { ...this.#base(name), kind: 'alternate', branches: [] };
      return { kind: 'alternate', entity, subject, branches };
    });
  }

  #arguments(args: Arguments | undefined): TypeUse | undefined {
    return isInline(args) ? this.#implicit('arguments', args) : args;
  }

  #command(definition: CommandDefinition): void {
    const { name, returns, boxed, gen, successResponse, allowOob, allowPreconfig, coroutine } = definition;
    const args = this.#arguments(definition.arguments);
    if (returns !== undefined) this.#array(returns);
    this.#enter((subject) => {
      const flags = { boxed, gen, successResponse, allowOob, allowPreconfig, coroutine };
      const entity: Draft<Command> = { ...this.#base(name), kind: 'command', ...flags };
      const uses = { ...(args !== undefined && { arguments: args }), ...(returns !== undefined && { returns }) };
      return { kind: 'command', entity, subject, ...uses };
    });
  }

  #event(definition: EventDefinition): void {
    const { name, boxed } = definition;
    const args = this.#arguments(definition.arguments);
    this.#enter((subject) => {
      const entity: Draft<SchemaEvent> = { ...this.#base(name), kind: 'event', boxed };
      return { kind: 'event', entity, subject, ...(args !== undefined && { arguments: args }) };
    });
  }
}

const NONE: readonly Feature[] = [];

/** A feature of the model. */
export function toFeature(
  { name, condition, offset }: FeatureDefinition,
  { source }: Pick<Definition, 'source'>,
): Feature {
  return { name, position: lazyPosition(source, offset), ...withCondition(condition) };
}

/** The property of a condition, when there is one. */
export function withCondition(condition: Condition | undefined): { readonly condition?: Condition } {
  return condition === undefined ? {} : { condition };
}

function isInline(value: Arguments | undefined): value is readonly MemberDefinition[] {
  return Array.isArray(value);
}
