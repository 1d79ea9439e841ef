/** Resolves the names of types and checks what needs more than one definition. */

import type { DialectRules } from '../language/dialect.js';
import type { Finding } from '../language/finding.js';
import { lazyPosition } from '../language/source.js';
import type { Program } from './assemble.js';
import { EMPTY, isPredefined } from './builtin.js';
import { type DefineResult, type Draft, type Pending, type PendingObject, toFeature, withCondition } from './define.js';
import type { BranchDefinition, MemberDefinition, TypeUse } from './definition.js';
import { describe, describePart, type Part } from './describe.js';
import { DocConnector } from './document.js';
import { addFeatures, describedIn, kindsOf, sinceIn } from './entity-parts.js';
import type {
  AlternateBranch,
  Branch,
  Command,
  Entity,
  Feature,
  Include,
  Member,
  ObjectType,
  Schema,
  SchemaEvent,
  SchemaType,
} from './model.js';
import { clashName } from './names.js';
import { findingAtStart, findingIn, type Subject } from './reporter.js';

/** The outcome of {@link resolve}. */
export interface ResolveResult {
  readonly schema: Schema;
  readonly findings: readonly Finding[];
}

/**
 * Resolves a program whose definitions have been entered.
 *
 * @param incomplete whether parts of the program could not be read, so that a missing type says nothing.
 */
export function resolve(
  program: Program,
  defined: DefineResult,
  rules: DialectRules,
  incomplete: boolean,
): ResolveResult {
  const resolver = new Resolver(program, defined, rules, incomplete);
  return { schema: resolver.run(), findings: resolver.findings };
}

/** Names already used beside each other, in their clash form. A branch sees those of its union, not the reverse. */
class Seen {
  readonly #outer: Seen | undefined;
  readonly #parts = new Map<string, Part>();

  constructor(outer?: Seen) {
    this.#outer = outer;
  }

  get(name: string): Part | undefined {
    return this.#parts.get(name) ?? this.#outer?.get(name);
  }

  set(name: string, part: Part): void {
    this.#parts.set(name, part);
  }
}

const SPECIAL_FEATURES: readonly string[] = ['deprecated', 'unstable'];

class Resolver {
  readonly findings: Finding[] = [];
  readonly #program: Program;
  readonly #defined: DefineResult;
  readonly #rules: DialectRules;
  readonly #incomplete: boolean;
  readonly #docs: DocConnector;
  readonly #objects = new Map<SchemaType, PendingObject>();
  readonly #returnsExceptions: ReadonlySet<string>;

  constructor(program: Program, defined: DefineResult, rules: DialectRules, incomplete: boolean) {
    this.#program = program;
    this.#defined = defined;
    this.#rules = rules;
    this.#incomplete = incomplete;
    this.#docs = new DocConnector(rules, program.pragmas);
    this.#returnsExceptions = new Set(program.pragmas.commandReturnsExceptions);
  }

  run(): Schema {
    const { pending } = this.#defined;
    for (const { item } of pending) if (item.kind === 'object') this.#objects.set(item.entity, item);
    for (const { item } of pending) {
      if (item.kind === 'include') continue;
      this.#check(item);
      this.#connect(item);
    }
    if (this.#rules.layout === 'parts') for (const doc of this.#program.docs) this.#docs.takeBogus(doc);
    for (const finding of this.#docs.findings) this.findings.push(finding);
    this.#countFeatures();
    return this.#schema();
  }

  #fail(subject: Subject, code: string, message: string, offset: number): void {
    this.findings.push(findingIn(subject, code, message, offset));
  }

  #check(item: Pending): void {
    const { entity, subject } = item;
    if (item.kind === 'object') {
      this.#object(item);
      return;
    }
    this.#entityFeatures(entity, subject);
    switch (item.kind) {
      case 'done': {
        const seen = new Seen();
        for (const { name } of item.entity.values) {
          this.#clash({ name, role: 'value', owner: entity }, seen, subject);
        }
        return;
      }
      case 'array': {
        const kind = subject.definition?.kind ?? 'array';
        const element = this.#resolve(item.element, subject, () => kind);
        if (element === undefined) return;
        if (element.kind === 'array') {
          this.#fail(subject, 'nested-array', `${kind} cannot have an array of arrays`, item.element.offset);
          return;
        }
        item.entity.element = element;
        if (element.condition !== undefined) item.entity.condition = element.condition;
        return;
      }
      case 'alternate':
        this.#alternate(item.entity, item.branches, subject);
        return;
      case 'command':
        if (item.arguments !== undefined) this.#arguments(item.entity, item.arguments, subject);
        if (item.returns !== undefined) this.#returns(item.entity, item.returns, subject);
        return;
      case 'event':
        if (item.arguments !== undefined) this.#arguments(item.entity, item.arguments, subject);
    }
  }

  /** Finds the type that a use names. A missing one is no finding when the program is incomplete. */
  #resolve(use: TypeUse, subject: Subject, what: () => string): SchemaType | undefined {
    if (use.name === '') return undefined;
    const entity = this.#defined.names.get(use.array ? `${use.name}List` : use.name);
    if (entity !== undefined && entity.kind !== 'command' && entity.kind !== 'event') return entity;
    if (!this.#incomplete) {
      this.#fail(subject, 'unknown-type', `${what()} uses unknown type '${use.name}'`, use.offset);
    }
    return undefined;
  }

  #clash(part: Part, seen: Seen, subject: Subject, offset?: number): void {
    const name = clashName(part.name);
    const other = seen.get(name);
    if (other !== undefined) {
      const message = `${describePart(part, subject)} collides with ${describePart(other, subject)}`;
      if (offset === undefined) this.#at(subject, 'name-clash', message);
      else this.#fail(subject, 'name-clash', message, offset);
    } else seen.set(name, part);
  }

  #featureClash(features: readonly Feature[], owner: Entity, subject: Subject): void {
    if (features.length < 2) return;
    const seen = new Seen();
    for (const { name } of features) this.#clash({ name, role: 'feature', owner }, seen, subject);
  }

  /** Checks the features of an entity: different ones, and none of those that types may not have. */
  #entityFeatures(entity: Entity, subject: Subject): void {
    this.#featureClash(entity.features, entity, subject);
    if (entity.kind === 'command' || entity.kind === 'event') return;
    for (const { name, position } of entity.features) {
      if (!SPECIAL_FEATURES.includes(name)) continue;
      const finding = findingAtStart(subject, 'type-feature', `feature '${name}' is not supported for types`);
      this.findings.push({ ...finding, line: position?.line ?? subject.line, column: position?.column ?? 1 });
    }
  }

  /** Resolves an object that another one takes in; false when the two take in each other. */
  #object(pending: PendingObject): boolean {
    const { entity, subject } = pending;
    if (pending.state === 'done') return true;
    if (pending.state === 'busy') {
      this.#at(subject, 'recursive-type', `object ${entity.name} contains itself`);
      return false;
    }
    pending.state = 'busy';
    this.#entityFeatures(entity, subject);
    const seen = new Seen();
    if (pending.base !== undefined) this.#base(pending, pending.base, seen);
    const local: Member[] = [];
    for (const definition of pending.members) {
      const member = this.#member(definition, entity, subject);
      if (member !== undefined) local.push(member);
      const part: Part = { name: definition.name, role: 'member', owner: entity };
      this.#clash(part, seen, subject, definition.offset);
    }
    entity.localMembers = local;
    entity.members = entity.base === undefined ? local : [...entity.base.members, ...local];
    if (pending.union !== undefined) this.#union(entity, pending.union, seen, subject);
    pending.state = 'done';
    return true;
  }

  /** A finding at the start of a definition. */
  #at(subject: Subject, code: string, message: string): void {
    this.findings.push(findingAtStart(subject, code, message));
  }

  #base({ entity, subject }: PendingObject, use: TypeUse, seen: Seen): void {
    const base = this.#resolve(use, subject, () => "'base'");
    if (base === undefined) return;
    const pending = this.#objects.get(base);
    if (base.kind !== 'object' || pending?.union !== undefined) {
      this.#fail(subject, 'base', `'base' requires a struct type, ${describe(base)} isn't`, use.offset);
      return;
    }
    if (pending !== undefined && !this.#object(pending)) return;
    entity.base = base;
    this.#clashMembers(base, seen, subject);
  }

  /** Enters all members of an object beside those seen, its branches' too. */
  #clashMembers(type: ObjectType, seen: Seen, subject: Subject): void {
    if (type.base !== undefined) this.#clashMembers(type.base, seen, subject);
    for (const { name } of type.localMembers) this.#clash({ name, role: 'member', owner: type }, seen, subject);
    for (const branch of type.variants?.branches ?? []) this.#clashMembers(branch.type, new Seen(seen), subject);
  }

  #member(definition: MemberDefinition, owner: ObjectType, subject: Subject): Member | undefined {
    const { name, optional, offset, condition } = definition;
    const part: Part = { name, role: 'member', owner };
    const type = this.#resolve(definition.type, subject, () => describePart(part, subject));
    const features = definition.features.map((feature) => toFeature(feature, subject));
    this.#featureClash(features, owner, subject);
    if (type === undefined) return undefined;
    const position = lazyPosition(subject.source, offset);
    return { name, type, optional, features, position, ...withCondition(condition) };
  }

  #union(
    entity: Draft<ObjectType>,
    { discriminator, branches }: NonNullable<PendingObject['union']>,
    seen: Seen,
    subject: Subject,
  ): void {
    const tag = this.#tag(entity, discriminator, seen, subject);
    const values = tag?.type.kind === 'enum' ? tag.type.values : undefined;
    const result: Branch[] = [];
    for (const branch of branches) {
      const made = this.#branch(branch, entity, subject);
      if (tag !== undefined && values !== undefined && !values.some(({ name }) => name === branch.name)) {
        const message = `branch '${branch.name}' is not a value of ${describe(tag.type)}`;
        this.#fail(subject, 'branch-value', message, branch.offset);
      } else if (made !== undefined) result.push(made);
    }
    const written = new Set(branches.map(({ name }) => name));
    for (const { name, condition } of values ?? []) {
      if (!written.has(name)) result.push({ value: name, type: EMPTY, written: false, ...withCondition(condition) });
    }
    if (tag === undefined || values === undefined) return;
    if (result.length === 0 && branches.length === 0) this.#at(subject, 'no-branches', 'union has no branches');
    entity.variants = { tag, branches: result };
    for (const { type } of result) this.#clashMembers(type, new Seen(seen), subject);
  }

  /** Finds the member that a union's discriminator names, and checks that it can be one. */
  #tag(
    entity: ObjectType,
    { name, offset }: { readonly name: string; readonly offset: number },
    seen: Seen,
    subject: Subject,
  ): Member | undefined {
    if (name === '') return undefined;
    const part = seen.get(clashName(name));
    const member = entity.members.find((each) => each.name === name);
    if (part?.name !== name) {
      this.#fail(subject, 'discriminator', `discriminator '${name}' is not a member of 'base'`, offset);
      return undefined;
    }
    if (member === undefined) return undefined;
    const base = part.owner.form === 'base' ? "'base'" : `base type '${part.owner.name}'`;
    const fail = (message: string) =>
      this.#fail(subject, 'discriminator', `discriminator member '${name}' of ${base} must ${message}`, offset);
    if (member.type.kind !== 'enum') fail('be of enum type');
    else if (member.optional) fail('not be optional');
    else if (member.condition !== undefined) fail('not be conditional');
    else return member;
    return undefined;
  }

  #branch(definition: BranchDefinition, owner: ObjectType, subject: Subject): Branch | undefined {
    const { name, condition, offset } = definition;
    const part: Part = { name, role: 'branch', owner };
    const type = this.#resolve(definition.type, subject, () => describePart(part, subject));
    if (type === undefined) return undefined;
    const pending = this.#objects.get(type);
    if (type.kind !== 'object' || (pending?.union !== undefined && !this.#rules.nestedUnions)) {
      const message = `${describePart(part, subject)} cannot use ${describe(type)}`;
      this.#fail(subject, 'branch-type', message, definition.type.offset);
      return undefined;
    }
    if (pending !== undefined && !this.#object(pending)) return undefined;
    return {
      value: name,
      type,
      written: true,
      position: lazyPosition(subject.source, offset),
      ...withCondition(condition),
    };
  }

  #alternate(
    entity: { -readonly [K in 'branches']: readonly AlternateBranch[] } & Pick<Part['owner'], 'name'>,
    definitions: readonly BranchDefinition[],
    subject: Subject,
  ): void {
    const branches: AlternateBranch[] = [];
    const seen = new Seen();
    const kinds = new Map<string, string>();
    for (const { name, type: use, condition, offset } of definitions) {
      const part: Part = { name, role: 'branch', owner: entity };
      const type = this.#resolve(use, subject, () => describePart(part, subject));
      this.#clash(part, seen, subject, offset);
      if (type === undefined) continue;
      const position = lazyPosition(subject.source, offset);
      branches.push({ name, type, position, ...withCondition(condition) });
      const taken = kindsOf(type);
      if (taken === undefined) {
        const message = `${describePart(part, subject)} cannot use ${describe(type)}`;
        this.#fail(subject, 'branch-type', message, use.offset);
        continue;
      }
      const other = taken.map((kind) => kinds.get(kind)).find((each) => each !== undefined);
      if (other !== undefined) {
        const message = `${describePart(part, subject)} can't be distinguished from '${other}'`;
        this.#fail(subject, 'ambiguous-branch', message, offset);
      }
      for (const kind of taken) kinds.set(kind, name);
    }
    entity.branches = branches;
  }

  #arguments(entity: Draft<Command> | Draft<SchemaEvent>, use: TypeUse, subject: Subject): void {
    const { kind, boxed } = entity;
    const type = this.#resolve(use, subject, () => `${kind}'s 'data'`);
    if (type === undefined) return;
    const fail = (message: string) => this.#fail(subject, 'arguments', message, use.offset);
    if (type.kind !== 'object') {
      fail(`${kind}'s 'data' cannot take ${describe(type)}`);
      return;
    }
    const pending = this.#objects.get(type);
    if (pending !== undefined) this.#object(pending);
    entity.arguments = type;
    if (boxed) return;
    if (pending?.union !== undefined) {
      fail(`${kind}'s 'data' can take ${describe(type)} only with 'boxed': true`);
      return;
    }
    if (this.#rules.boxedConditions && type.members.some(({ condition }) => condition !== undefined)) {
      fail(`conditional ${kind} arguments require 'boxed': true`);
    }
  }

  #returns(entity: Draft<Command>, use: TypeUse, subject: Subject): void {
    const type = this.#resolve(use, subject, () => "command's 'returns'");
    if (type === undefined) return;
    entity.returns = type;
    const inner = type.kind === 'array' ? type.element : type;
    if (inner.kind !== 'object' && !this.#returnsExceptions.has(entity.name)) {
      this.#fail(subject, 'returns', `command's 'returns' cannot take ${describe(type)}`, use.offset);
    }
  }

  #connect({ entity, subject }: Pending): void {
    const { doc } = entity;
    if (doc === undefined) return;
    const connected = this.#docs.connect(doc, { subject, ...describedIn(entity) });
    const draft: Draft<Entity> = entity;
    draft.doc = connected;
    const since = sinceIn(connected);
    if (since !== undefined) draft.since = since;
    if (this.#rules.layout !== 'parts') this.#docs.takeBogus(doc);
    for (const finding of this.#docs.findings.splice(0)) this.findings.push(finding);
  }

  /** A schema may have so many names of features. */
  #countFeatures(): void {
    const { maxFeatures } = this.#rules;
    const names = new Set(SPECIAL_FEATURES);
    for (const { item } of this.#defined.pending) {
      if (item.kind === 'include') continue;
      addFeatures(item.entity, names);
      if (names.size <= maxFeatures) continue;
      this.#at(item.subject, 'feature-limit', `Maximum of ${maxFeatures} schema features is permitted`);
      return;
    }
  }

  #schema(): Schema {
    const { names, pending, modules } = this.#defined;
    const content = new Map<string, (Entity | Include)[]>(modules.map((name) => [name, []]));
    const modulesOf = new Map<Entity, string>();
    for (const { module, item } of pending) if (item.kind !== 'include') modulesOf.set(item.entity, module);
    for (const { module, item } of pending) {
      if (item.kind === 'include') content.get(module)?.push(item.include);
      else if (item.kind !== 'array') content.get(module)?.push(item.entity);
      else if (!isPredefined(item.entity.element)) {
        content.get(modulesOf.get(item.entity.element) ?? module)?.push(item.entity);
      }
    }
    const types = new Map<string, SchemaType>();
    for (const [name, entity] of names) {
      if (entity.kind !== 'command' && entity.kind !== 'event') types.set(name, entity);
    }
    const commands = new Map<string, Command>();
    const events = new Map<string, SchemaEvent>();
    for (const entities of content.values()) {
      for (const entity of entities) {
        if (entity.kind === 'command') commands.set(entity.name, entity);
        else if (entity.kind === 'event') events.set(entity.name, entity);
      }
    }
    return {
      modules: [...content].map(([name, entities]) => ({ name, entities })),
      types,
      commands,
      events,
      docs: this.#program.docs.map((doc) => this.#docs.connected(doc)),
      pragmas: this.#program.pragmas,
    };
  }
}
