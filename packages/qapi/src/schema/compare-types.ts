import {
  type Breaks,
  breaksWhenNarrowed,
  breaksWhenWidened,
  type Change,
  type Direction,
  isUnstable,
} from './change.js';
import { builtinRange } from './integer-range.js';
import type { AlternateType, Condition, EnumType, Feature, Member, ObjectType, SchemaType } from './model.js';

type Exists = (condition: Condition | undefined) => boolean;

const BOTH: Breaks = { client: true, server: true };
const NEITHER: Breaks = { client: false, server: false };

/** Compares types in step. Every pair of types is walked once for each direction. */
export class TypeComparison {
  readonly exists: Exists;
  /** Whether the integer types of both schemas are told apart. */
  readonly widths: boolean;
  readonly emit: (change: Change) => void;
  readonly #seen = { sent: new Map<SchemaType, Set<SchemaType>>(), received: new Map<SchemaType, Set<SchemaType>>() };

  constructor(options: { readonly exists: Exists; readonly widths: boolean }, emit: (change: Change) => void) {
    this.exists = options.exists;
    this.widths = options.widths;
    this.emit = emit;
  }

  place(path: string, unstable: boolean): Place {
    return new Place(this, path, undefined, unstable);
  }

  /** Whether a pair is met for the first time. */
  isNew(old: SchemaType, now: SchemaType, direction: Direction): boolean {
    const partners = this.#seen[direction].get(old) ?? new Set();
    this.#seen[direction].set(old, partners);
    if (partners.has(now)) return false;
    partners.add(now);
    return true;
  }
}

/** A place in both schemas at once, where differences are found. */
class Place {
  readonly #walk: TypeComparison;
  readonly #path: string;
  readonly #type: string | undefined;
  readonly #unstable: boolean;

  constructor(walk: TypeComparison, path: string, type: string | undefined, unstable: boolean) {
    this.#walk = walk;
    this.#path = path;
    this.#type = type;
    this.#unstable = unstable;
  }

  report(kind: Change['kind'], message: string, breaks: Breaks): void {
    this.#walk.emit({
      kind,
      path: this.#path,
      ...(this.#type === undefined ? {} : { type: this.#type }),
      message,
      breaksClient: breaks.client,
      breaksServer: breaks.server,
      unstable: this.#unstable,
    });
  }

  features(old: readonly Feature[], now: readonly Feature[]): void {
    const has = (list: readonly Feature[], name: string) =>
      list.some((feature) => feature.name === name && this.#walk.exists(feature.condition));
    if (!has(old, 'deprecated') && has(now, 'deprecated')) this.report('deprecated', 'is deprecated now', NEITHER);
    if (!has(old, 'unstable') && has(now, 'unstable'))
      this.report('narrowed', 'is no longer promised to stay', { client: true, server: false });
  }

  /** Compares what a command takes or an event carries. */
  data(old: ObjectType | undefined, now: ObjectType | undefined, direction: Direction, checked: boolean): void {
    if (checked) this.#objects(old ?? NOTHING, now ?? NOTHING, direction);
  }

  returns(old: SchemaType | undefined, now: SchemaType | undefined): void {
    this.#types(old ?? NOTHING, now ?? NOTHING, 'received');
  }

  #step(
    name: string,
    thing: { readonly name: string; readonly features: readonly Feature[] },
    owner?: SchemaType,
  ): Place {
    const path = name.startsWith('[') ? `${this.#path}${name}` : `${this.#path}.${name}`;
    return new Place(this.#walk, path, writtenName(owner) ?? this.#type, this.#unstable || isUnstable(thing));
  }

  #types(old: SchemaType, now: SchemaType, direction: Direction): void {
    if (old === now || !this.#walk.isNew(old, now, direction)) return;
    if (old.kind === 'array' && now.kind === 'array')
      this.#step('[]', { name: '', features: [] }).#types(old.element, now.element, direction);
    else if (old.kind === 'enum' && now.kind === 'enum') this.#enums(old, now, direction);
    else if (old.kind === 'object' && now.kind === 'object') this.#objects(old, now, direction);
    else if (old.kind === 'alternate' && now.kind === 'alternate') this.#alternates(old, now, direction);
    else this.#kinds(old, now, direction);
  }

  /** Types of different kinds, or built-in ones. */
  #kinds(old: SchemaType, now: SchemaType, direction: Direction): void {
    const message = `${describe(old)} became ${describe(now)}`;
    const partner = partnerOf(now, old);
    const formerPartner = partnerOf(old, now);
    if (!this.#walk.widths && isInteger(old) && isInteger(now)) return;
    if (includes(now, old) || partner) {
      if (!includes(old, now)) this.report('widened', message, breaksWhenWidened(direction));
      if (partner) this.#types(old, partner, direction);
    } else if (includes(old, now) || formerPartner) {
      this.report('narrowed', message, breaksWhenNarrowed(direction));
      if (formerPartner) this.#types(formerPartner, now, direction);
    } else this.report('changed', message, BOTH);
  }

  #enums(old: EnumType, now: EnumType, direction: Direction): void {
    const present = (type: EnumType) =>
      new Map(type.values.filter((v) => this.#walk.exists(v.condition)).map((v) => [v.name, v]));
    const before = present(old);
    const after = present(now);
    const at = (value: { readonly name: string; readonly features: readonly Feature[] }) =>
      this.#step(`'${value.name}'`, value, now);
    const sent = direction === 'sent';
    for (const value of before.values()) {
      const next = after.get(value.name);
      if (next) at(value).features(value.features, next.features);
      else at(value).report('narrowed', 'value is gone', sent ? breaksWhenNarrowed('sent') : NEITHER);
    }
    for (const value of after.values()) {
      if (!before.has(value.name)) at(value).report('widened', 'new value', sent ? breaksWhenWidened('sent') : NEITHER);
    }
  }

  #alternates(old: AlternateType, now: AlternateType, direction: Direction): void {
    const types = (type: AlternateType) =>
      type.branches.filter((b) => this.#walk.exists(b.condition)).map((b) => b.type);
    for (const type of types(old)) {
      const partner = partnerOf(now, type);
      if (partner) this.#types(type, partner, direction);
      else this.report('narrowed', `can no longer be ${describe(type)}`, breaksWhenNarrowed(direction));
    }
    for (const type of types(now)) {
      if (!partnerOf(old, type)) this.report('widened', `can be ${describe(type)}, too`, breaksWhenWidened(direction));
    }
  }

  #objects(old: ObjectType, now: ObjectType, direction: Direction): void {
    const moved = new Set(
      branchesOf(old, this.#walk.exists).flatMap((branch) => branch.type.members.map((member) => member.name)),
    );
    this.#members(old, now, direction, (name) => moved.has(name));
    const after = new Map(branchesOf(now, this.#walk.exists).map((branch) => [branch.value, branch.type]));
    for (const branch of branchesOf(old, this.#walk.exists)) {
      const type = after.get(branch.value);
      // A value that is gone is reported with the enum.
      if (!type || type === branch.type || !this.#walk.isNew(branch.type, type, direction)) continue;
      const inBase = new Set(now.members.map((member) => member.name));
      const without = { ...branch.type, members: branch.type.members.filter((member) => !inBase.has(member.name)) };
      this.#step(`(${old.variants?.tag.name}=${branch.value})`, { name: '', features: [] }, now).#objects(
        without,
        type,
        direction,
      );
    }
  }

  #members(old: ObjectType, now: ObjectType, direction: Direction, wasInBranch: (name: string) => boolean): void {
    const present = (type: ObjectType) =>
      new Map(type.members.filter((m) => this.#walk.exists(m.condition)).map((m) => [m.name, m]));
    const before = present(old);
    const after = present(now);
    for (const member of before.values()) {
      const next = after.get(member.name);
      const at = this.#step(member.name, member, now === NOTHING ? old : now);
      if (next) at.#member(member, next, direction);
      else
        at.report('removed', `${noun(direction)} is gone`, {
          client: true,
          server: direction === 'sent' && !member.optional,
        });
    }
    for (const member of after.values()) {
      if (before.has(member.name) || wasInBranch(member.name)) continue;
      const required = direction === 'sent' && !member.optional;
      const message = `new ${member.optional ? 'optional ' : required ? 'mandatory ' : ''}${noun(direction)}`;
      this.#step(member.name, member, now).report('added', message, { client: required, server: true });
    }
  }

  #member(old: Member, now: Member, direction: Direction): void {
    this.features(old.features, now.features);
    if (!old.optional && now.optional) this.report('widened', 'is optional now', breaksWhenWidened(direction));
    if (old.optional && !now.optional) this.report('narrowed', 'is mandatory now', breaksWhenNarrowed(direction));
    this.#types(old.type, now.type, direction);
  }
}

const NOTHING: ObjectType = {
  kind: 'object',
  form: 'empty',
  name: 'q_empty',
  features: [],
  localMembers: [],
  members: [],
};

function branchesOf(type: ObjectType, exists: Exists) {
  return (type.variants?.branches ?? []).filter((branch) => exists(branch.condition));
}

function noun(direction: Direction): string {
  return direction === 'sent' ? 'argument' : 'member';
}

/** The alternative of `type`, when it is an alternate, that takes values of the kind of `other`. */
function partnerOf(type: SchemaType, other: SchemaType): SchemaType | undefined {
  if (type.kind !== 'alternate') return undefined;
  return type.branches.map((branch) => branch.type).find((candidate) => jsonKind(candidate) === jsonKind(other));
}

function jsonKind(type: SchemaType): string {
  if (type.kind === 'enum') return 'string';
  if (type.kind !== 'builtin') return type.kind;
  return type.json === 'int' ? 'number' : type.json;
}

function isInteger(type: SchemaType): boolean {
  return type.kind === 'builtin' && type.json === 'int';
}

/** Whether every value of `part` is one of `whole`, for types without members. */
function includes(whole: SchemaType, part: SchemaType): boolean {
  if (whole.kind !== 'builtin') return false;
  if (whole.name === 'any') return true;
  if (whole.name === 'str') return part.kind === 'enum' || (part.kind === 'builtin' && part.name === 'str');
  if (part.kind !== 'builtin') return false;
  if (whole.name === 'number') return part.json === 'number' || part.json === 'int';
  const outer = builtinRange(whole.name);
  const inner = builtinRange(part.name);
  return outer && inner ? outer[0] <= inner[0] && inner[1] <= outer[1] : whole.name === part.name;
}

function describe(type: SchemaType): string {
  return type.kind === 'array'
    ? `array of ${describe(type.element)}`
    : type.kind === 'builtin'
      ? type.name
      : `${type.kind} ${type.name}`;
}

/** The name of a type that stands in the schema; implicit and masked names tell nothing. */
function writtenName(type: SchemaType | undefined): string | undefined {
  return type === undefined || /^(q_|\d)/.test(type.name) ? undefined : type.name;
}
