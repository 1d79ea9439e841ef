/**
 * The resolved schema: what backends, validators, introspection and comparison work from.
 *
 * A type reference is the type object itself, so the graph may have cycles. Every object is immutable once the schema
 * is returned. A schema comes from source ({@link ../schema/compile.js}) or from a server's reply
 * ({@link ../schema/from-introspection.js}); the latter has no positions, documentation or conditions.
 */

import type { Position } from '../language/source.js';
import type { Condition, Documentation, Pragmas } from '../language/syntax.js';

export type { Condition, Documentation, Pragmas, Position };

/** A whole schema. */
export interface Schema {
  /** Modules in order of inclusion, the main file's first. Built-in types are in none. */
  readonly modules: readonly Module[];
  /** Types by name: built-in, written and implicit ones. */
  readonly types: ReadonlyMap<string, SchemaType>;
  /** Commands by name, in order of modules, then of definition. */
  readonly commands: ReadonlyMap<string, Command>;
  /** Events by name, in order of modules, then of definition. */
  readonly events: ReadonlyMap<string, SchemaEvent>;
  /** Documentation blocks in text order, free-form ones included. */
  readonly docs: readonly Documentation[];
  readonly pragmas: Pragmas;
}

/** One schema file. */
export interface Module {
  /** Path relative to the main file's directory, such as `block-core.json`. */
  readonly name: string;
  /** What the file defines, in order; an implicit type stands just before the definition that needs it. */
  readonly entities: readonly (Entity | Include)[];
}

/** An include directive, at its place among a module's entities. */
export interface Include {
  readonly kind: 'include';
  /** Name of the included module. */
  readonly name: string;
  readonly position: Position;
}

/** Anything with a name that a schema defines. */
export type Entity = SchemaType | Command | SchemaEvent;

/** A type of the schema. */
export type SchemaType = BuiltinType | EnumType | ArrayType | ObjectType | AlternateType;

/** What every named thing carries. */
export interface EntityBase {
  readonly name: string;
  /** Where the definition (or, for an implicit type, the definition that needs it) starts. */
  readonly position?: Position;
  /** Condition under which it exists; an implicit type's comes from its user, an array's from its element. */
  readonly condition?: Condition;
  readonly features: readonly Feature[];
  /** The documentation block of the definition. Implicit types have none. */
  readonly doc?: Documentation;
  /** QEMU version since which it exists, as the documentation says, such as `2.9`. */
  readonly since?: string;
}

/** What a value of a built-in type looks like in JSON. */
export type JsonKind = 'string' | 'number' | 'int' | 'boolean' | 'null' | 'value';

export type BuiltinName =
  | 'str'
  | 'number'
  | 'int'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'size'
  | 'bool'
  | 'any'
  | 'null';

/** A built-in type. `QType` is not one of these but an {@link EnumType} without position. */
export interface BuiltinType extends EntityBase {
  readonly kind: 'builtin';
  readonly name: BuiltinName;
  readonly json: JsonKind;
}

export interface EnumType extends EntityBase {
  readonly kind: 'enum';
  readonly values: readonly EnumValue[];
  /** Prefix of the C constants; nothing else uses it. */
  readonly prefix?: string;
}

export interface EnumValue {
  readonly name: string;
  readonly position?: Position;
  readonly condition?: Condition;
  readonly features: readonly Feature[];
}

/** An array; its name is the element's with `List` added. */
export interface ArrayType extends EntityBase {
  readonly kind: 'array';
  readonly element: Exclude<SchemaType, ArrayType>;
}

/**
 * A struct, a union or an implicit object.
 *
 * `form` tells them apart: `struct` and `union` are written; `arguments` is a command's or event's inline `data`
 * (`q_obj_NAME-arg`), `base` a union's inline base (`q_obj_NAME-base`), `empty` the type of no members (`q_empty`).
 */
export interface ObjectType extends EntityBase {
  readonly kind: 'object';
  readonly form: 'struct' | 'union' | 'arguments' | 'base' | 'empty';
  readonly base?: ObjectType;
  /** Members defined here, without the base's. */
  readonly localMembers: readonly Member[];
  /** All members that stand beside each other on the wire: the base's first, without the branches'. */
  readonly members: readonly Member[];
  /** For a union: how the branch is chosen. */
  readonly variants?: Variants;
}

/** The branches of a union. */
export interface Variants {
  /** The member (of {@link ObjectType.members}) whose value chooses the branch; its type is an enum. */
  readonly tag: Member;
  /** Branches as written, then one of type `q_empty` for each enum value without a branch, in the enum's order. */
  readonly branches: readonly Branch[];
}

export interface Branch {
  /** The enum value that chooses this branch. */
  readonly value: string;
  readonly type: ObjectType;
  readonly condition?: Condition;
  /** Whether the branch stands in the schema; the others are there since the enum has the value. */
  readonly written: boolean;
  readonly position?: Position;
}

/** A member of a struct, of arguments or of a union's base. */
export interface Member {
  readonly name: string;
  readonly type: SchemaType;
  readonly optional: boolean;
  readonly condition?: Condition;
  readonly features: readonly Feature[];
  readonly position?: Position;
}

export interface AlternateType extends EntityBase {
  readonly kind: 'alternate';
  readonly branches: readonly AlternateBranch[];
}

export interface AlternateBranch {
  /** A name that is not on the wire. A schema built from a server's reply has `0`, `1`, … here. */
  readonly name: string;
  readonly type: SchemaType;
  readonly condition?: Condition;
  readonly position?: Position;
}

export interface Command extends EntityBase {
  readonly kind: 'command';
  /** The arguments' type; absent when the command takes none. A union or struct when {@link boxed}. */
  readonly arguments?: ObjectType;
  /** The return value's type; absent when it returns `{}`. */
  readonly returns?: SchemaType;
  /** `false`: arguments are not checked by generated code and unknown ones pass through. */
  readonly gen: boolean;
  /** `false`: no reply on success. */
  readonly successResponse: boolean;
  readonly boxed: boolean;
  /** May be sent as `exec-oob`. */
  readonly allowOob: boolean;
  /** May be sent before the machine is created, under `--preconfig`. */
  readonly allowPreconfig: boolean;
  readonly coroutine: boolean;
}

export interface SchemaEvent extends EntityBase {
  readonly kind: 'event';
  /** The type of the event's data; absent when it carries none. */
  readonly arguments?: ObjectType;
  readonly boxed: boolean;
}

/** A feature flag: `deprecated` and `unstable` have a meaning everywhere, others where they are documented. */
export interface Feature {
  readonly name: string;
  readonly condition?: Condition;
  readonly position?: Position;
}
