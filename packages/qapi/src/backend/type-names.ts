import type { ObjectType, Schema, SchemaType } from '../schema/model.js';

/** Names that the generated files use themselves. */
const TAKEN = ['Api', 'Commands', 'Events', 'NoMembers'];

/** Chooses the TypeScript name of each type: the schema's own, unless it is taken or no name for TypeScript. */
export class TypeNames {
  readonly #taken = new Set(TAKEN);
  readonly #names = new Map<string, string>();
  readonly #bases = new Map<ObjectType, string>();
  readonly #shared: ReadonlySet<SchemaType>;

  constructor(schema: Schema) {
    this.#shared = new Set(sharedTypes(schema));
    for (const name of schema.types.keys()) this.#names.set(name, this.#free(identifierOf(name)));
  }

  /** The name of a type. */
  of(name: string): string {
    return this.#names.get(name) ?? name;
  }

  /** The name for the inline base of a union. */
  ofBase(union: ObjectType): string {
    let name = this.#bases.get(union);
    if (!name) {
      name = this.#free(`${this.of(union.name)}Base`);
      this.#bases.set(union, name);
    }
    return name;
  }

  /** Whether an object type gets a declaration; the others stand where they are used. */
  isDeclared(type: ObjectType): boolean {
    return type.form === 'struct' || type.form === 'union' || this.#shared.has(type);
  }

  #free(wanted: string): string {
    let name = wanted;
    while (this.#taken.has(name)) name += '_';
    this.#taken.add(name);
    return name;
  }
}

/** A name as TypeScript can write it; the schema's own names are so already. */
function identifierOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : name.replace(/[^\w$]/g, '_').replace(/^(?=\d)/, '_');
}

/**
 * The implicit types that something else than their owner refers to. A schema's text cannot do so, but in the reply of a
 * server, equal types are one.
 */
function* sharedTypes(schema: Schema): Iterable<SchemaType> {
  const named = (type: SchemaType) => (type.kind === 'array' ? type.element : type);
  for (const { returns } of schema.commands.values()) if (returns) yield named(returns);
  for (const type of schema.types.values()) {
    if (type.kind === 'array') yield type.element;
    else if (type.kind === 'alternate') yield* type.branches.map((branch) => named(branch.type));
    else if (type.kind === 'object') {
      yield* type.members.map((member) => named(member.type));
      yield* (type.variants?.branches ?? []).map((branch) => branch.type);
    }
  }
}
