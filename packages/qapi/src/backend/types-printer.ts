import type {
  AlternateType,
  Branch,
  BuiltinName,
  EntityBase,
  EnumType,
  Member,
  ObjectType,
  Schema,
  SchemaType,
} from '../schema/model.js';
import { exists } from './conditions.js';
import { docComment, memberDoc } from './doc-comment.js';
import { documentation } from './documentation.js';
import { braced, filled, indent } from './output.js';
import type { TypeNames } from './type-names.js';
import type { TypesOptions } from './types-options.js';

const BUILTINS: Readonly<Record<Exclude<BuiltinName, 'any'>, string>> = {
  str: 'string',
  bool: 'boolean',
  null: 'null',
  number: 'number',
  int8: 'number',
  int16: 'number',
  int32: 'number',
  uint8: 'number',
  uint16: 'number',
  uint32: 'number',
  int: 'number | bigint',
  int64: 'number | bigint',
  uint64: 'number | bigint',
  size: 'number | bigint',
};

const NO_MEMBERS = `/** An object without members. */
export type NoMembers = { [name: string]: never };
`;

/** Prints types, and notes which names it used. */
export class TypePrinter {
  readonly options: TypesOptions;
  usesAny = false;
  readonly #names: TypeNames;
  readonly #used = new Set<string>();

  constructor(names: TypeNames, options: TypesOptions) {
    this.#names = names;
    this.options = options;
  }

  usedNames(): string[] {
    return [...this.#used].sort();
  }

  exists(thing: { readonly condition?: Parameters<typeof exists>[0] }): boolean {
    return exists(thing.condition, this.options.defines ?? 'all');
  }

  /** The things that exist. */
  #present<T extends { readonly condition?: Parameters<typeof exists>[0] }>(things: readonly T[]): readonly T[] {
    return (this.options.defines ?? 'all') === 'all' ? things : things.filter((thing) => this.exists(thing));
  }

  /** The declarations of all written types, module by module. */
  declarations(schema: Schema): readonly string[] {
    const parts = [NO_MEMBERS];
    for (const module of schema.modules) {
      for (const entity of module.entities) {
        if (entity.kind === 'include' || !this.exists(entity)) continue;
        if (entity.kind === 'enum') parts.push(this.#enum(entity));
        else if (entity.kind === 'alternate') parts.push(this.#alternate(entity));
        else if (entity.kind === 'object' && this.#isDeclared(entity)) parts.push(this.#object(entity));
      }
    }
    return parts;
  }

  /** A reference to a type. */
  ref(type: SchemaType): string {
    switch (type.kind) {
      case 'builtin':
        return type.name === 'any' ? this.any() : BUILTINS[type.name];
      case 'array': {
        const element = this.ref(type.element);
        return element.includes('|') ? `(${element})[]` : `${element}[]`;
      }
      default:
        return type.kind === 'object' && type.form === 'empty' ? this.none() : this.#use(this.#names.of(type.name));
    }
  }

  any(): string {
    this.usesAny = true;
    return this.options.anyType?.name ?? 'unknown';
  }

  none(): string {
    return this.#use('NoMembers');
  }

  /** What a command or event carries; inline members are documented by `owner`. */
  data(type: ObjectType | undefined, owner: EntityBase): string {
    if (!type) return this.none();
    if (this.#isDeclared(type)) return this.ref(type);
    const printed = this.#memberLines(type.members, owner, '');
    return printed.length === 0 ? this.none() : braced(printed);
  }

  /** The empty type needs no declaration of its own. */
  #isDeclared(type: ObjectType): boolean {
    return type.form !== 'empty' && this.#names.isDeclared(type);
  }

  #use(name: string): string {
    this.#used.add(name);
    return name;
  }

  #memberLines(members: readonly Member[], owner: EntityBase, margin = '  '): string[] {
    const doc = documentation(owner);
    return this.#present(members).map((member) => {
      // What exists only in some builds may be absent, unless the build is known.
      const uncertain = member.condition !== undefined && (this.options.defines ?? 'all') === 'all';
      const mark = member.optional || uncertain ? '?' : '';
      const text = memberDoc(member, doc, this.options, margin);
      return `${text}${margin}${key(member.name)}${mark}: ${this.ref(member.type)};\n`;
    });
  }

  #enum(type: EnumType): string {
    const name = this.#names.of(type.name);
    const values = this.#present(type.values);
    const literals = values.map((value) => quote(value.name));
    const doc = documentation(type);
    const documented = values.map((value, index) => `${memberDoc(value, doc, this.options, '')}| ${literals[index]}\n`);
    const plain = documented.every((line) => line.startsWith('|'));
    const line = ` ${literals.join(' | ') || 'never'}`;
    const union =
      plain && line.length < 80
        ? line
        : `\n${indent(plain ? filled(documented.map((l) => l.trimEnd())) : documented.join('')).trimEnd()}`;
    const list = filled(literals.map((literal) => `${literal},`));
    return `${docComment(type, this.options)}export type ${name} =${union};
/** The values of {@link ${name}}. */
export const ${name}: readonly ${name}[] = ${list.length < 80 ? `[${list.replace(/,$/, '')}]` : `[\n${indent(list)}\n]`};
`;
  }

  #alternate(type: AlternateType): string {
    const branches = this.#present(type.branches).map((branch) => this.ref(branch.type));
    return `${docComment(type, this.options)}export type ${this.#names.of(type.name)} = ${branches.join(' | ') || 'never'};\n`;
  }

  #object(type: ObjectType): string {
    return type.variants ? this.#union(type) : this.#struct(type);
  }

  #struct(type: ObjectType): string {
    const base = type.base ? ` extends ${this.ref(type.base)}` : '';
    const body = this.#memberLines(type.localMembers, type).join('');
    return `${docComment(type, this.options)}export interface ${this.#names.of(type.name)}${base} {\n${body}}\n`;
  }

  #union(type: ObjectType): string {
    const { base, variants } = type;
    const inline = base?.form !== 'struct';
    const baseName = inline ? this.#names.ofBase(type) : this.ref(base);
    const declared = inline ? `\n${this.#unionBase(type, baseName)}` : '';
    const tag = key(variants?.tag.name ?? '');
    const branches = this.#present(variants?.branches ?? []);
    const full = branches.filter((branch) => branch.type.form !== 'empty');
    const bare = branches.filter((branch) => branch.type.form === 'empty');
    const lines = full.map(
      (branch) => `| (${baseName} & { ${tag}: ${quote(branch.value)} } & ${this.ref(branch.type)})\n`,
    );
    if (bare.length > 0)
      lines.push(`| (${baseName} & { ${tag}: ${bare.map((branch: Branch) => quote(branch.value)).join(' | ')} })\n`);
    const printed = indent(lines.join('')).trimEnd();
    return `${docComment(type, this.options)}export type ${this.#names.of(type.name)} =\n${printed};\n${declared}`;
  }

  #unionBase(type: ObjectType, name: string): string {
    const body = this.#memberLines(type.members, type).join('');
    return `/** What every branch of {@link ${this.#names.of(type.name)}} has. */\nexport interface ${name} {\n${body}}\n`;
  }
}

/** A property name, quoted when it has to be. */
export function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : quote(name);
}

/** A string literal. A server may have sent any characters. */
export function quote(text: string): string {
  if (/^[ !#-&(-[\]-~]*$/.test(text)) return `'${text}'`;
  const escaped = text
    .replace(/['\\]/g, '\\$&')
    .replace(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `'${escaped}'`;
}
