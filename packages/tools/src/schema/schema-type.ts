/** One argument, or one member of an object type. */
export interface SchemaMember {
  readonly name: string;
  /** The name of its type, to be looked up by `ServerSchema.type`. Often a number: servers mask type names. */
  readonly type: string;
  readonly optional: boolean;
  readonly features: readonly string[];
  /** The name of its type for people, where the server gives one that the schema does not have. */
  readonly label?: string;
  /** What the server says about it. */
  readonly says?: string;
}

/** A type, as far as a person who types a value needs it. */
export type SchemaType =
  | { readonly kind: 'builtin'; readonly name: string; readonly json: string }
  | { readonly kind: 'enum'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'array'; readonly name: string; readonly element: string }
  | { readonly kind: 'alternate'; readonly name: string; readonly members: readonly string[] }
  | ObjectType;

export interface ObjectType {
  readonly kind: 'object';
  readonly name: string;
  readonly members: readonly SchemaMember[];
  /** The member whose value chooses a branch. */
  readonly tag: string | undefined;
  /** Type name by value of the tag. */
  readonly branches: ReadonlyMap<string, string>;
}
