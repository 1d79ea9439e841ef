import type { ObjectType, Schema } from '../schema/model.js';

/** Names that the generated files use themselves. */
const TAKEN = ['Api', 'Commands', 'Events', 'NoMembers'];

/** Chooses the TypeScript name of each type: the schema's own, unless it is taken. */
export class TypeNames {
  readonly #taken: Set<string>;
  readonly #bases = new Map<ObjectType, string>();

  constructor(schema: Schema) {
    this.#taken = new Set([...TAKEN, ...schema.types.keys()]);
  }

  /** The name of a written type. */
  of(name: string): string {
    return TAKEN.includes(name) ? `${name}_` : name;
  }

  /** The name for the inline base of a union. */
  ofBase(union: ObjectType): string {
    let name = this.#bases.get(union);
    if (!name) {
      name = `${union.name}Base`;
      while (this.#taken.has(name)) name += '_';
      this.#taken.add(name);
      this.#bases.set(union, name);
    }
    return name;
  }
}
