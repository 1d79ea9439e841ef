/** Entities whose names are known and whose types are not resolved yet. */

import type { BranchDefinition, MemberDefinition, TypeUse, UnionBody } from './definition.js';
import type { Draft } from './draft.js';
import type { AlternateType, ArrayType, Command, EnumType, Include, ObjectType, SchemaEvent } from './model.js';
import type { Subject } from './reporter.js';

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
  | PendingCommand
  | PendingEvent;

/** A command whose arguments and results are to be resolved. */
export interface PendingCommand {
  readonly kind: 'command';
  readonly entity: Draft<Command>;
  readonly subject: Subject;
  readonly arguments?: TypeUse;
  readonly returns?: TypeUse;
}

/** An event whose data is to be resolved. */
export interface PendingEvent {
  readonly kind: 'event';
  readonly entity: Draft<SchemaEvent>;
  readonly subject: Subject;
  readonly arguments?: TypeUse;
}

/** A struct, union or implicit object whose members are to be resolved. */
export interface PendingObject {
  readonly kind: 'object';
  readonly entity: Draft<ObjectType>;
  readonly subject: Subject;
  readonly base?: TypeUse;
  readonly members: readonly MemberDefinition[];
  readonly union?: UnionBody;
  state: 'new' | 'busy' | 'done';
}

/** An entity or include directive in the module it is written in. */
export interface Placed {
  readonly module: string;
  readonly item: Pending | { readonly kind: 'include'; readonly include: Include };
}
