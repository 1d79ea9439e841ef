/** Definitions as checked one by one: typed, but with the names of types not yet resolved. */

import type { SourceFile } from '../language/source.js';
import type { Condition, Documentation } from '../language/syntax.js';

/** A use of a type: a name, or an array of one. */
export interface TypeUse {
  readonly name: string;
  readonly array: boolean;
  readonly offset: number;
}

/** Stands for a type that is missing or wrong; a finding says so already. */
export const NO_TYPE: TypeUse = { name: '', array: false, offset: 0 };

export interface FeatureDefinition {
  readonly name: string;
  readonly condition?: Condition;
  readonly offset: number;
}

export interface MemberDefinition {
  readonly name: string;
  readonly type: TypeUse;
  readonly optional: boolean;
  readonly condition?: Condition;
  readonly features: readonly FeatureDefinition[];
  readonly offset: number;
}

export interface ValueDefinition {
  readonly name: string;
  readonly condition?: Condition;
  readonly features: readonly FeatureDefinition[];
  readonly offset: number;
}

export interface BranchDefinition {
  readonly name: string;
  readonly type: TypeUse;
  readonly condition?: Condition;
  readonly offset: number;
}

/** What a definition of each kind says; the first key of the definition is its `kind`. */
export interface EnumBody {
  readonly kind: 'enum';
  readonly values: readonly ValueDefinition[];
  readonly prefix?: string;
}

export interface StructBody {
  readonly kind: 'struct';
  readonly members: readonly MemberDefinition[];
  readonly base?: TypeUse;
}

export interface UnionBody {
  readonly kind: 'union';
  readonly base: TypeUse | readonly MemberDefinition[];
  /** Absent when it is missing or wrong. */
  readonly discriminator?: { readonly name: string; readonly offset: number };
  readonly branches: readonly BranchDefinition[];
}

export interface AlternateBody {
  readonly kind: 'alternate';
  readonly branches: readonly BranchDefinition[];
}

/** The arguments of a command, or the data of an event. */
export type Arguments = TypeUse | readonly MemberDefinition[];

export interface CommandBody {
  readonly kind: 'command';
  readonly arguments?: Arguments;
  readonly returns?: TypeUse;
  readonly boxed: boolean;
  readonly gen: boolean;
  readonly successResponse: boolean;
  readonly allowOob: boolean;
  readonly allowPreconfig: boolean;
  readonly coroutine: boolean;
}

export interface EventBody {
  readonly kind: 'event';
  readonly arguments?: Arguments;
  readonly boxed: boolean;
}

export type Body = EnumBody | StructBody | UnionBody | AlternateBody | CommandBody | EventBody;

/** A definition, checked by itself. */
export interface Definition {
  readonly name: string;
  readonly source: SourceFile;
  readonly line: number;
  /** Offset of the opening brace. */
  readonly start: number;
  /** Offset of the name. */
  readonly offset: number;
  readonly doc?: Documentation;
  readonly condition?: Condition;
  readonly features: readonly FeatureDefinition[];
  readonly body: Body;
}
