/** Resolves what types consist of: bases, members, branches, elements. */

import type { DialectRules } from '../language/dialect.js';
import type { Finding } from '../language/finding.js';
import { lazyPosition } from '../language/source.js';
import { EMPTY } from './builtin.js';
import { featureClashes, Seen } from './clash.js';
import { type DefineResult, toFeature } from './define.js';
import { type BranchDefinition, type MemberDefinition, NO_TYPE, type TypeUse, type UnionBody } from './definition.js';
import { describe, describePart, type Part } from './describe.js';
import type { Draft } from './draft.js';
import { kindsOf } from './entity-parts.js';
import type { AlternateBranch, Branch, Entity, EnumType, Feature, Member, ObjectType, SchemaType } from './model.js';
import type { Pending, PendingObject } from './pending.js';
import { findingAtStart, findingIn, type Subject } from './reporter.js';

const NO_FEATURES: readonly Feature[] = [];
const NO_BRANCHES: readonly Branch[] = [];
const SPECIAL_FEATURES: readonly string[] = ['deprecated', 'unstable'];

/** Resolves types, collecting findings. */
export class TypeResolver {
  readonly findings: Finding[] = [];
  /** Objects by their type. */
  readonly objects = new Map<SchemaType, PendingObject>();
  readonly #names: ReadonlyMap<string, Entity>;
  readonly #rules: DialectRules;
  readonly #incomplete: boolean;

  /** @param incomplete whether parts of the program could not be read, so that a missing type says nothing. */
  constructor({ names, pending }: DefineResult, rules: DialectRules, incomplete: boolean) {
    this.#names = names;
    this.#rules = rules;
    this.#incomplete = incomplete;
    for (const { item } of pending) if (item.kind === 'object') this.objects.set(item.entity, item);
  }

  fail(subject: Subject, code: string, message: string, offset: number): void {
    this.findings.push(findingIn(subject, code, message, offset));
  }

  #report(finding: Finding | undefined): void {
    if (finding !== undefined) this.findings.push(finding);
  }

  /** Finds the type that a use names. A missing one is no finding when the program is incomplete. */
  find(use: TypeUse, subject: Subject, what: string | Part): SchemaType | undefined {
    const { name, array } = use;
    if (use === NO_TYPE) return undefined;
    const entity = this.#names.get(array ? `${name}List` : name);
    if (entity !== undefined && entity.kind !== 'command' && entity.kind !== 'event') return entity;
    if (!this.#incomplete) {
      const user = typeof what === 'string' ? what : describePart(what, subject);
      this.fail(subject, 'unknown-type', `${user} uses unknown type '${name}'`, use.offset);
    }
    return undefined;
  }

  /** Checks the features of an entity: different ones, and none of those that types may not have. */
  features(entity: Entity, subject: Subject): void {
    const { features } = entity;
    if (features.length === 0) return;
    this.findings.push(...featureClashes(features, entity, subject));
    if (entity.kind === 'command' || entity.kind === 'event') return;
    for (const { name, position } of features) {
      if (!SPECIAL_FEATURES.includes(name)) continue;
      const finding = findingAtStart(subject, 'type-feature', `feature '${name}' is not supported for types`);
      this.findings.push({ ...finding, line: position?.line ?? subject.line, column: position?.column ?? 1 });
    }
  }

  enum(type: EnumType, subject: Subject): void {
    const seen = new Seen();
    const { values } = type;
    for (let index = 0; index < values.length; index++) {
      this.#report(seen.add({ name: values[index]?.name ?? '', role: 'value', owner: type }, subject));
    }
  }

  array({ entity, element: use, subject }: Extract<Pending, { kind: 'array' }>): void {
    const kind = subject.definition?.kind ?? 'array';
    const element = this.find(use, subject, kind);
    if (element === undefined) return;
    if (element.kind === 'array') {
      this.fail(subject, 'nested-array', `${kind} cannot have an array of arrays`, use.offset);
      return;
    }
    entity.element = element;
    if (element.condition !== undefined) entity.condition = element.condition;
  }

  /** Resolves an object that another one takes in; false when the two take in each other. */
  object(pending: PendingObject): boolean {
    const { entity, subject } = pending;
    if (pending.state === 'done') return true;
    if (pending.state === 'busy') {
      this.#report(findingAtStart(subject, 'recursive-type', `object ${entity.name} contains itself`));
      return false;
    }
    pending.state = 'busy';
    this.features(entity, subject);
    const seen = new Seen();
    if (pending.base !== undefined) this.#base(pending, pending.base, seen);
    const local: Member[] = [];
    const { members } = pending;
    for (let index = 0; index < members.length; index++) {
      const member = this.#member(members[index], entity, seen, subject);
      if (member !== undefined) local.push(member);
    }
    entity.localMembers = local;
    entity.members = entity.base === undefined ? local : [...entity.base.members, ...local];
    if (pending.union !== undefined) this.#union(entity, pending.union, seen, subject);
    pending.state = 'done';
    return true;
  }

  #base({ entity, subject }: PendingObject, use: TypeUse, seen: Seen): void {
    const base = this.find(use, subject, "'base'");
    if (base === undefined) return;
    const pending = this.objects.get(base);
    if (base.kind !== 'object' || pending?.union !== undefined) {
      this.fail(subject, 'base', `'base' requires a struct type, ${describe(base)} isn't`, use.offset);
      return;
    }
    if (pending !== undefined && !this.object(pending)) return;
    entity.base = base;
    this.#takeIn(base, seen, subject);
  }

  /** Enters all members of an object beside those seen, its branches' too. */
  #takeIn(type: ObjectType, seen: Seen, subject: Subject): void {
    if (type.base !== undefined) this.#takeIn(type.base, seen, subject);
    const { localMembers: members } = type;
    for (let index = 0; index < members.length; index++) {
      this.#report(seen.add({ name: members[index]?.name ?? '', role: 'member', owner: type }, subject));
    }
    for (const branch of type.variants?.branches ?? NO_BRANCHES) this.#takeIn(branch.type, new Seen(seen), subject);
  }

  #member(
    definition: MemberDefinition | undefined,
    owner: ObjectType,
    seen: Seen,
    subject: Subject,
  ): Member | undefined {
    if (definition === undefined) return undefined;
    const { name, optional, offset, condition, type: use, features: written } = definition;
    const part: Part = { name, role: 'member', owner };
    const type = this.find(use, subject, part);
    let features = NO_FEATURES;
    if (written.length > 0) {
      features = written.map((feature) => toFeature(feature, subject));
      this.findings.push(...featureClashes(features, owner, subject));
    }
    this.#report(seen.add(part, subject, offset));
    if (type === undefined) return undefined;
    const member: Draft<Member> = { name, type, optional, features, position: lazyPosition(subject.source, offset) };
    if (condition !== undefined) member.condition = condition;
    return member;
  }

  #union(entity: Draft<ObjectType>, { discriminator, branches }: UnionBody, seen: Seen, subject: Subject): void {
    const tag = discriminator === undefined ? undefined : this.#tag(entity, discriminator, seen, subject);
    const values = tag?.type.kind === 'enum' ? tag.type.values : undefined;
    const result: Branch[] = [];
    for (const branch of branches) {
      const made = this.#branch(branch, entity, subject);
      if (tag !== undefined && values !== undefined && !values.some(({ name }) => name === branch.name)) {
        const message = `branch '${branch.name}' is not a value of ${describe(tag.type)}`;
        this.fail(subject, 'branch-value', message, branch.offset);
      } else if (made !== undefined) result.push(made);
    }
    const written = new Set(branches.map(({ name }) => name));
    for (const { name, condition } of values ?? []) {
      if (written.has(name)) continue;
      const rest: Draft<Branch> = { value: name, type: EMPTY, written: false };
      if (condition !== undefined) rest.condition = condition;
      result.push(rest);
    }
    if (tag === undefined || values === undefined) return;
    if (result.length === 0 && branches.length === 0) {
      this.#report(findingAtStart(subject, 'no-branches', 'union has no branches'));
    }
    entity.variants = { tag, branches: result };
    for (const { type } of result) this.#takeIn(type, new Seen(seen), subject);
  }

  /** Finds the member that a union's discriminator names, and checks that it can be one. */
  #tag(
    entity: ObjectType,
    { name, offset }: { readonly name: string; readonly offset: number },
    seen: Seen,
    subject: Subject,
  ): Member | undefined {
    const part = seen.get(name);
    const member = entity.members.find((each) => each.name === name);
    if (part?.name !== name) {
      this.fail(subject, 'discriminator', `discriminator '${name}' is not a member of 'base'`, offset);
      return undefined;
    }
    if (member === undefined) return undefined;
    const base = part.owner.form === 'base' ? "'base'" : `base type '${part.owner.name}'`;
    const fail = (message: string) =>
      this.fail(subject, 'discriminator', `discriminator member '${name}' of ${base} must ${message}`, offset);
    if (member.type.kind !== 'enum') fail('be of enum type');
    else if (member.optional) fail('not be optional');
    else if (member.condition !== undefined) fail('not be conditional');
    else return member;
    return undefined;
  }

  #branch(definition: BranchDefinition, owner: ObjectType, subject: Subject): Branch | undefined {
    const { name, condition, offset } = definition;
    const part: Part = { name, role: 'branch', owner };
    const type = this.find(definition.type, subject, part);
    if (type === undefined) return undefined;
    const pending = this.objects.get(type);
    if (type.kind !== 'object' || (pending?.union !== undefined && !this.#rules.nestedUnions)) {
      const message = `${describePart(part, subject)} cannot use ${describe(type)}`;
      this.fail(subject, 'branch-type', message, definition.type.offset);
      return undefined;
    }
    if (pending !== undefined && !this.object(pending)) return undefined;
    const position = lazyPosition(subject.source, offset);
    const branch: Draft<Branch> = { value: name, type, written: true, position };
    if (condition !== undefined) branch.condition = condition;
    return branch;
  }

  alternate(
    entity: { -readonly [K in 'branches']: readonly AlternateBranch[] } & Pick<Part['owner'], 'name'>,
    definitions: readonly BranchDefinition[],
    subject: Subject,
  ): void {
    const branches: AlternateBranch[] = [];
    const seen = new Seen();
    const kinds = new Map<string, string>();
    for (const { name, type: use, condition, offset } of definitions) {
      const part: Part = { name, role: 'branch', owner: entity };
      const type = this.find(use, subject, part);
      this.#report(seen.add(part, subject, offset));
      if (type === undefined) continue;
      const position = lazyPosition(subject.source, offset);
      branches.push(condition === undefined ? { name, type, position } : { name, type, position, condition });
      const taken = kindsOf(type);
      if (taken === undefined) {
        const message = `${describePart(part, subject)} cannot use ${describe(type)}`;
        this.fail(subject, 'branch-type', message, use.offset);
        continue;
      }
      const other = taken.map((kind) => kinds.get(kind)).find((each) => each !== undefined);
      if (other !== undefined) {
        const message = `${describePart(part, subject)} can't be distinguished from '${other}'`;
        this.fail(subject, 'ambiguous-branch', message, offset);
      }
      for (const kind of taken) kinds.set(kind, name);
    }
    entity.branches = branches;
  }
}
