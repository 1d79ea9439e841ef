import type { Entity, ObjectType } from './model.js';
import type { Subject } from './reporter.js';

/** How a finding speaks of a type, command or event. */
export function describe(entity: Entity): string {
  switch (entity.kind) {
    case 'builtin':
      return `built-in type '${entity.name}'`;
    case 'array':
      return `array type ['${entity.element.name}']`;
    case 'object':
      return `${entity.form === 'union' ? 'union' : 'struct'} type '${entity.name}'`;
    case 'enum':
    case 'alternate':
      return `${entity.kind} type '${entity.name}'`;
    case 'command':
    case 'event':
      return `${entity.kind} '${entity.name}'`;
  }
}

/** What a part of a definition is. */
export type Role = 'member' | 'value' | 'branch' | 'feature';

/** A part of a definition, as far as findings need it. */
export interface Part {
  readonly name: string;
  readonly role: Role;
  /** The definition's name, or the implicit type's. */
  readonly owner: { readonly name: string; readonly form?: ObjectType['form'] };
}

/** How a finding inside `subject` speaks of a part, which may be of another definition. */
export function describePart({ name, role, owner }: Part, subject: Subject): string {
  let what: string = role;
  let kind = 'type';
  let of = owner.name;
  if (owner.form === 'arguments') {
    if (role === 'member') what = 'parameter';
    kind = 'command';
    of = of.slice('q_obj_'.length, -'-arg'.length);
  } else if (owner.form === 'base') {
    what = `base ${role}`;
    of = of.slice('q_obj_'.length, -'-base'.length);
  }
  return of === subject.definition?.name ? `${what} '${name}'` : `${what} '${name}' of ${kind} '${of}'`;
}
