/**
 * A schema as a compact table: what a server needs to check arguments and to describe its commands, as plain JSON.
 *
 * It holds names and shapes only. A server loads it without the compiler, see `compileValidators`.
 */

import type {
  AlternateType,
  Command,
  EnumType,
  Feature,
  Member,
  ObjectType,
  Schema,
  SchemaType,
} from '../schema/model.js';
import { type Defines, exists } from './conditions.js';

/** A type: the name of a built-in type or of a row, or an array of one. */
export type TypeRef = string | readonly [string];

/** A member: its name (`*` in front when it may be absent), its type, its features. */
export type MemberRow = readonly [name: string, type: TypeRef, ...features: string[]];

/** An enum value: the bare string, or a list of it and its features. */
export type ValueRow = string | readonly [name: string, ...features: string[]];

/** The members of an object (those of its base first) and its branches. */
export interface ObjectRow {
  readonly members: readonly MemberRow[];
  /** Name of the member that chooses the branch. */
  readonly tag?: string;
  /** Object rows by value of the tag; values that bring no members are left out. */
  readonly branches?: Readonly<Record<string, string>>;
}

/** A command. Whatever is left out is as it mostly is. */
export interface CommandRow {
  /** The members of its arguments, or the name of an object row. */
  readonly arguments?: string | readonly MemberRow[];
  readonly features?: readonly string[];
  /** It may be sent as `exec-oob`. */
  readonly oob?: true;
  /** It may be sent before the machine is created. */
  readonly preconfig?: true;
  /** Its arguments pass unchecked, but for those that must be there. */
  readonly unchecked?: true;
  /** It sends no reply on success. */
  readonly silent?: true;
}

/** An event of which a policy, or a log, may hide something. */
export interface EventRow {
  readonly features?: readonly string[];
  /** The members of its data, or the name of an object row. Absent when nothing in it can be hidden. */
  readonly data?: string | readonly MemberRow[];
}

/** Results and events with something deprecated or unstable in them. */
export interface OutputRows {
  readonly returns: Readonly<Record<string, TypeRef>>;
  readonly events: Readonly<Record<string, EventRow>>;
}

/** A schema's commands, and the types that their arguments use. */
export interface SchemaTable {
  readonly commands: Readonly<Record<string, CommandRow>>;
  readonly events: readonly string[];
  readonly enums: Readonly<Record<string, readonly ValueRow[]>>;
  readonly objects: Readonly<Record<string, ObjectRow>>;
  /** The types that a value may have. */
  readonly alternates: Readonly<Record<string, readonly TypeRef[]>>;
  /** Absent when a policy for output has nothing to hide. */
  readonly outputs?: OutputRows;
}

/** Makes the table of a schema as a build with `defines` has it. */
export function schemaTable(schema: Schema, defines: Defines = 'all'): SchemaTable {
  const rows = new Rows(defines);
  const commands: Record<string, CommandRow> = {};
  for (const command of schema.commands.values()) {
    if (exists(command.condition, defines)) commands[command.name] = rows.command(command);
  }
  const events = [...schema.events.values()]
    .filter((event) => exists(event.condition, defines))
    .map((event) => event.name);
  const outputs = rows.outputs(schema);
  return {
    commands,
    events,
    enums: rows.enums,
    objects: rows.objects,
    alternates: rows.alternates,
    ...(outputs && { outputs }),
  };
}

/** Features that policies know. */
function isSpecial(feature: string): boolean {
  return feature === 'deprecated' || feature === 'unstable';
}

/** What policies hide, and what logs hide. */
function isKept(feature: string): boolean {
  return isSpecial(feature) || feature === 'secret';
}

/** Collects the rows of the types that are met on the way. */
class Rows {
  readonly enums: Record<string, readonly ValueRow[]> = {};
  readonly objects: Record<string, ObjectRow> = {};
  readonly alternates: Record<string, readonly TypeRef[]> = {};
  readonly #defines: Defines;
  readonly #seen = new Set<SchemaType>();

  constructor(defines: Defines) {
    this.#defines = defines;
  }

  command(command: Command): CommandRow {
    const type = command.arguments;
    const features = this.#features(command.features);
    return {
      ...(type && type.form !== 'empty' ? { arguments: this.#arguments(type) } : {}),
      ...(features.length > 0 ? { features } : {}),
      ...(command.allowOob ? { oob: true } : {}),
      ...(command.allowPreconfig ? { preconfig: true } : {}),
      ...(command.gen ? {} : { unchecked: true }),
      ...(command.successResponse ? {} : { silent: true }),
    };
  }

  outputs(schema: Schema): OutputRows | undefined {
    const returns: Record<string, TypeRef> = {};
    const events: Record<string, EventRow> = {};
    for (const command of schema.commands.values()) {
      if (!exists(command.condition, this.#defines) || !this.#hidesIn(command.returns, isSpecial)) continue;
      returns[command.name] = this.#ref(command.returns);
    }
    for (const event of schema.events.values()) {
      if (!exists(event.condition, this.#defines)) continue;
      const features = this.#features(event.features).filter(isSpecial);
      const data = this.#hidesIn(event.arguments, isKept) ? this.#arguments(event.arguments) : undefined;
      if (features.length === 0 && data === undefined) continue;
      events[event.name] = { ...(features.length > 0 ? { features } : {}), ...(data === undefined ? {} : { data }) };
    }
    const any = Object.keys(returns).length + Object.keys(events).length > 0;
    return any ? { returns, events } : undefined;
  }

  /** Whether values of a type can have members with such a feature. */
  #hidesIn<T extends SchemaType>(
    type: T | undefined,
    wanted: (feature: string) => boolean,
    seen = new Set<SchemaType>(),
  ): type is T {
    if (type === undefined || seen.has(type)) return false;
    seen.add(type);
    switch (type.kind) {
      case 'array':
        return this.#hidesIn(type.element, wanted, seen);
      case 'alternate':
        return type.branches.some((branch) => this.#hidesIn(branch.type, wanted, seen));
      case 'object':
        return (
          type.members.some((member) => this.#marked(member, wanted) || this.#hidesIn(member.type, wanted, seen)) ||
          (type.variants?.branches ?? []).some((branch) => this.#hidesIn(branch.type, wanted, seen))
        );
      default:
        return false;
    }
  }

  #marked(member: Member, wanted: (feature: string) => boolean): boolean {
    return exists(member.condition, this.#defines) && this.#features(member.features).some(wanted);
  }

  #arguments(type: ObjectType): string | readonly MemberRow[] {
    return type.form === 'arguments' ? this.#members(type.members) : this.#object(type);
  }

  #members(members: readonly Member[]): readonly MemberRow[] {
    const present = members.filter((member) => exists(member.condition, this.#defines));
    return present.map((member) => {
      const name = member.optional ? `*${member.name}` : member.name;
      const type = this.#ref(member.type);
      return member.features.length === 0 ? [name, type] : [name, type, ...this.#features(member.features)];
    });
  }

  #features(features: readonly Feature[]): string[] {
    return features.filter((feature) => exists(feature.condition, this.#defines)).map((feature) => feature.name);
  }

  #ref(type: SchemaType): TypeRef {
    switch (type.kind) {
      case 'builtin':
        return type.name;
      case 'array':
        return [this.#ref(type.element) as string];
      case 'enum':
        return this.#enum(type);
      case 'object':
        return this.#object(type);
      case 'alternate':
        return this.#alternate(type);
    }
  }

  #enum(type: EnumType): string {
    this.enums[type.name] ??= type.values
      .filter((value) => exists(value.condition, this.#defines))
      .map((value) => {
        const features = this.#features(value.features);
        return features.length > 0 ? [value.name, ...features] : value.name;
      });
    return type.name;
  }

  #object(type: ObjectType): string {
    if (this.#seen.has(type)) return type.name;
    this.#seen.add(type);
    const { variants } = type;
    const members = this.#members(type.members);
    const branches: Record<string, string> = {};
    for (const branch of variants?.branches ?? []) {
      if (branch.type.form !== 'empty' && exists(branch.condition, this.#defines)) {
        branches[branch.value] = this.#object(branch.type);
      }
    }
    this.objects[type.name] = variants ? { members, tag: variants.tag.name, branches } : { members };
    return type.name;
  }

  #alternate(type: AlternateType): string {
    if (this.#seen.has(type)) return type.name;
    this.#seen.add(type);
    this.alternates[type.name] = type.branches
      .filter((branch) => exists(branch.condition, this.#defines))
      .map((branch) => this.#ref(branch.type));
    return type.name;
  }
}
