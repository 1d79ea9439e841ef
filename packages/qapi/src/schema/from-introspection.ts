import type { Finding } from '../language/finding.js';
import { EMPTY, PREDEFINED } from './builtin.js';
import type { Draft } from './draft.js';
import type {
  AlternateType,
  ArrayType,
  Command,
  Entity,
  EnumType,
  Feature,
  Member,
  ObjectType,
  Schema,
  SchemaEvent,
  SchemaType,
} from './model.js';
import { type Reply, type ReplyCommand, type ReplyObject, type ReplyType, readReply } from './reply.js';
import { isMasked, unmask } from './unmask.js';

/** The outcome of {@link fromIntrospection}. */
export interface FromIntrospectionResult {
  /** The server's schema, absent when the reply is not one. */
  readonly schema?: Schema;
  /** What is wrong with the reply. */
  readonly findings: readonly Finding[];
  /** The readable name given to each masked one. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Builds a schema from a server's reply to `query-qmp-schema` (the list itself).
 *
 * Masked types get their names back by walking `near`, a schema of about the same version, in step; what it does not
 * have is named after its first use. What a reply does not tell is not there: integer widths, positions, documentation,
 * conditions, bases (all members are local), and flags other than `allow-oob`.
 */
export function fromIntrospection(reply: unknown, near?: Schema): FromIntrospectionResult {
  const { reply: read, findings } = readReply(reply);
  if (findings.length > 0) return { findings, names: new Map() };
  const found = unmask(read, near);
  const names = new Map([...found].filter(([masked]) => isMasked(masked)));
  return { schema: new Builder(read, found).build(), findings, names };
}

class Builder {
  readonly #reply: Reply;
  readonly #names: ReadonlyMap<string, string>;
  readonly #types = new Map<string, SchemaType>(PREDEFINED.map((type) => [type.name, type]));
  /** Types by their name in the reply. */
  readonly #known = new Map<string, SchemaType>();
  readonly #objects: [draft: Draft<ObjectType>, entry: ReplyObject][] = [];
  readonly #alternates: [draft: Draft<AlternateType>, types: readonly string[]][] = [];

  constructor(reply: Reply, names: ReadonlyMap<string, string>) {
    this.#reply = reply;
    this.#names = names;
  }

  build(): Schema {
    const { types } = this.#reply;
    for (const type of types.values()) if (type.meta !== 'array') this.#declare(type);
    for (const type of types.values()) if (type.meta === 'array') this.#array(type.name, type.element);
    for (const [draft, entry] of this.#objects) this.#fill(draft, entry);
    for (const [draft, names] of this.#alternates) {
      draft.branches = names.map((name, index) => ({ name: String(index), type: this.#type(name) }));
    }
    return this.#schema();
  }

  #schema(): Schema {
    const commands = new Map<string, Command>();
    const events = new Map<string, SchemaEvent>();
    const entities: Entity[] = [];
    for (const entry of this.#reply.entries) {
      if (entry.meta === 'command') commands.set(entry.name, this.#command(entry));
      else if (entry.meta === 'event') {
        const { name, features } = entry;
        const event = { kind: 'event' as const, name, features: features.map(toFeature) };
        events.set(name, { ...event, ...this.#arguments(entry.arguments) });
      }
      const entity = commands.get(entry.name) ?? events.get(entry.name) ?? this.#known.get(entry.name);
      if (entity !== undefined && entity.kind !== 'builtin' && !PREDEFINED.includes(entity as SchemaType)) {
        entities.push(entity);
      }
    }
    const pragmas = {
      docRequired: false,
      commandNameExceptions: [],
      commandReturnsExceptions: [],
      memberNameExceptions: [],
      documentationExceptions: [],
    };
    const modules = [{ name: 'query-qmp-schema', entities }];
    return { modules, types: this.#types, commands, events, docs: [], pragmas };
  }

  #type(name: string): SchemaType {
    return this.#known.get(name) ?? EMPTY;
  }

  #add(name: string, type: SchemaType): void {
    this.#known.set(name, type);
    this.#types.set(type.name, type);
  }

  #declare(entry: Exclude<ReplyType, { meta: 'array' }>): void {
    const name = this.#names.get(entry.name) ?? entry.name;
    switch (entry.meta) {
      case 'builtin':
        this.#known.set(entry.name, this.#types.get(entry.name) ?? EMPTY);
        return;
      case 'enum': {
        const values = entry.values.map((value) => ({ name: value.name, features: value.features.map(toFeature) }));
        const type: EnumType = { kind: 'enum', name, values, features: entry.features.map(toFeature) };
        this.#add(entry.name, type);
        return;
      }
      case 'object':
        this.#object(name, entry);
        return;
      case 'alternate': {
        const draft: Draft<AlternateType> = {
          kind: 'alternate',
          name,
          branches: [],
          features: entry.features.map(toFeature),
        };
        this.#alternates.push([draft, entry.types]);
        this.#add(entry.name, draft);
      }
    }
  }

  #object(name: string, entry: ReplyObject): void {
    if (name === EMPTY.name) {
      this.#known.set(entry.name, EMPTY);
      return;
    }
    let form: ObjectType['form'] = 'struct';
    if (entry.tag !== undefined) form = 'union';
    else if (name.startsWith('q_obj_')) form = 'arguments';
    const features = entry.features.map(toFeature);
    const draft: Draft<ObjectType> = { kind: 'object', form, name, localMembers: [], members: [], features };
    this.#objects.push([draft, entry]);
    this.#add(entry.name, draft);
  }

  #array(name: string, elementName: string): void {
    const element = this.#known.get(elementName);
    if (element === undefined || element.kind === 'array') return;
    const known = this.#types.get(`${element.name}List`);
    const type: ArrayType = { kind: 'array', name: `${element.name}List`, element, features: [] };
    if (known?.kind === 'array') this.#known.set(name, known);
    else this.#add(name, type);
  }

  #fill(draft: Draft<ObjectType>, { members, tag, variants }: ReplyObject): void {
    const filled = members.map(({ name, type, optional, features }): Member => {
      return { name, type: this.#type(type), optional, features: features.map(toFeature) };
    });
    draft.localMembers = filled;
    draft.members = filled;
    const tagMember = filled.find(({ name }) => name === tag);
    if (tagMember === undefined) return;
    const branches = variants.flatMap(({ value, type }) => {
      const target = this.#type(type);
      return target.kind === 'object' ? [{ value, type: target, written: target !== EMPTY }] : [];
    });
    draft.variants = { tag: tagMember, branches };
  }

  #arguments(name: string): { readonly boxed: boolean; readonly arguments?: ObjectType } {
    const type = this.#type(name);
    if (type.kind !== 'object' || type === EMPTY) return { boxed: false };
    return { boxed: type.variants !== undefined, arguments: type };
  }

  #command({ name, features, arguments: args, returns, allowOob }: ReplyCommand): Command {
    const type = this.#type(returns);
    return {
      kind: 'command',
      name,
      features: features.map(toFeature),
      ...this.#arguments(args),
      ...(type !== EMPTY && { returns: type }),
      gen: true,
      successResponse: true,
      allowOob,
      allowPreconfig: false,
      coroutine: false,
    };
  }
}

function toFeature(name: string): Feature {
  return { name };
}
