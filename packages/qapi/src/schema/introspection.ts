/**
 * Describes a schema as the reply to `query-qmp-schema` does.
 *
 * Source of the format: qapi/introspect.json and docs/devel/qapi-code-gen.rst, "Client JSON Protocol introspection"; the
 * numbering of masked types is that of the replies of real servers.
 */

import type { Condition } from '../language/syntax.js';
import { EMPTY } from './builtin.js';
import type {
  AlternateType,
  Command,
  EnumType,
  Feature,
  Member,
  ObjectType,
  Schema,
  SchemaEvent,
  SchemaType,
} from './model.js';

/** A JSON value, as far as introspection replies need it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The kinds of entry in a reply. */
export type MetaType = 'builtin' | 'enum' | 'array' | 'object' | 'alternate' | 'command' | 'event';

/** One entry of the reply to `query-qmp-schema`. */
export interface SchemaInfo {
  readonly name: string;
  readonly 'meta-type': MetaType;
  readonly [key: string]: Json;
}

/** The introspection of a schema, before conditions are decided. */
export interface Introspection {
  /**
   * Entries in the order of the reply. A part under a condition, at any depth, is an object of two keys: `$if` with
   * the condition and `$value` with the part.
   */
  readonly entries: readonly Json[];
  /** The names behind the numbers. Conditional types keep their number when they are left out. */
  readonly maskMap: ReadonlyMap<string, string>;
}

/** What {@link introspect} can be told. */
export interface IntrospectOptions {
  /** Keep the names of types instead of numbering them. @default false */
  readonly unmask?: boolean;
}

/** Describes a schema as `query-qmp-schema` does, with all conditional parts. */
export function introspect(schema: Schema, options: IntrospectOptions = {}): Introspection {
  const walk = new Walk(schema, options.unmask ?? false);
  for (const { entities } of schema.modules) {
    for (const entity of entities) {
      if (entity.kind === 'command') walk.command(entity);
      else if (entity.kind === 'event') walk.event(entity);
    }
  }
  walk.types();
  return { entries: walk.entries, maskMap: walk.maskMap };
}

/** The reply of a server that was built with the given symbols. */
export function introspectionReply(
  schema: Schema,
  defines: ReadonlySet<string>,
  options: IntrospectOptions = {},
): readonly SchemaInfo[] {
  const { entries } = introspect(schema, options);
  return decide(entries, defines) as readonly SchemaInfo[];
}

/** Whether a condition holds when the given symbols are defined. */
export function holds(condition: Condition, defines: ReadonlySet<string>): boolean {
  if (typeof condition === 'string') return defines.has(condition);
  if ('not' in condition) return !holds(condition.not, defines);
  if ('all' in condition) return condition.all.every((each) => holds(each, defines));
  return condition.any.some((each) => holds(each, defines));
}

/** Leaves out what is under conditions that do not hold. */
function decide(value: Json, defines: ReadonlySet<string>): Json {
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value as readonly Json[]) {
      const part = conditional(item);
      if (part === undefined) items.push(decide(item, defines));
      else if (holds(part.$if, defines)) items.push(decide(part.$value, defines));
    }
    return items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, decide(each, defines)]));
}

function conditional(value: Json): { readonly $if: Condition; readonly $value: Json } | undefined {
  const isPart = typeof value === 'object' && value !== null && '$if' in value && '$value' in value;
  return isPart ? (value as { readonly $if: Condition; readonly $value: Json }) : undefined;
}

class Walk {
  readonly entries: Json[] = [];
  readonly maskMap = new Map<string, string>();
  readonly #numbers = new Map<string, string>();
  readonly #used = new Set<SchemaType>();
  readonly #unmask: boolean;
  readonly #int: SchemaType | undefined;
  readonly #ints: SchemaType | undefined;

  constructor({ types }: Schema, unmask: boolean) {
    this.#unmask = unmask;
    this.#int = types.get('int');
    this.#ints = types.get('intList');
  }

  command(command: Command): void {
    const argType = this.#use(command.arguments ?? EMPTY);
    const retType = this.#use(command.returns ?? EMPTY);
    const oob: Record<string, Json> = command.allowOob ? { 'allow-oob': true } : {};
    this.#add(command.name, 'command', { 'arg-type': argType, 'ret-type': retType, ...oob }, command);
  }

  event(event: SchemaEvent): void {
    this.#add(event.name, 'event', { 'arg-type': this.#use(event.arguments ?? EMPTY) }, event);
  }

  /** Describes all types in use; those that are first used meanwhile come behind. */
  types(): void {
    for (const type of this.#used) this.#type(type);
  }

  /** Notes that a type is used and returns its name in the reply. */
  #use(type: SchemaType): string {
    let used = type;
    if (type.kind === 'builtin' && type.json === 'int') used = this.#int ?? type;
    else if (type.kind === 'array' && type.element.kind === 'builtin' && type.element.json === 'int') {
      used = this.#ints ?? type;
    }
    this.#used.add(used);
    if (used.kind === 'builtin') return used.name;
    if (used.kind === 'array') return `[${this.#use(used.element)}]`;
    return this.#name(used.name);
  }

  #name(name: string): string {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = String(this.#numbers.size);
      this.#numbers.set(name, number);
      this.maskMap.set(number, name);
    }
    return this.#unmask ? name : number;
  }

  #type(type: SchemaType): void {
    switch (type.kind) {
      case 'builtin':
        this.#add(type.name, 'builtin', { 'json-type': type.json }, type);
        return;
      case 'enum':
        this.#add(this.#name(type.name), 'enum', this.#enum(type), type);
        return;
      case 'array': {
        const element = this.#use(type.element);
        this.#add(`[${element}]`, 'array', { 'element-type': element }, type);
        return;
      }
      case 'object':
        this.#add(this.#name(type.name), 'object', this.#object(type), type);
        return;
      case 'alternate':
        this.#add(this.#name(type.name), 'alternate', this.#alternate(type), type);
        return;
    }
  }

  #add(
    name: string,
    metaType: MetaType,
    body: Readonly<Record<string, Json>>,
    { condition, features }: { readonly condition?: Condition; readonly features: readonly Feature[] },
  ): void {
    const entry: Record<string, Json> = { name };
    for (const key of Object.keys(body)) entry[key] = body[key] ?? null;
    entry['meta-type'] = metaType;
    this.entries.push(wrap(condition, withFeatures(entry, features)));
  }

  #enum({ values }: EnumType): Record<string, Json> {
    return {
      members: values.map(({ name, condition, features }) => wrap(condition, withFeatures({ name }, features))),
      values: values.map(({ name, condition }) => wrap(condition, name)),
    };
  }

  #object({ members, variants }: ObjectType): Record<string, Json> {
    const body: Record<string, Json> = { members: members.map((member) => this.#member(member)) };
    if (variants === undefined) return body;
    body.tag = variants.tag.name;
    body.variants = variants.branches.map(({ value, type, condition }) =>
      wrap(condition, { case: value, type: this.#use(type) }),
    );
    return body;
  }

  #member({ name, type, optional, condition, features }: Member): Json {
    const use = this.#use(type);
    const entry: Record<string, Json> = optional ? { name, default: null, type: use } : { name, type: use };
    return wrap(condition, withFeatures(entry, features));
  }

  #alternate({ branches }: AlternateType): Record<string, Json> {
    return { members: branches.map(({ type, condition }) => wrap(condition, { type: this.#use(type) })) };
  }
}

/** Adds the features of an entry behind what it has. */
function withFeatures(entry: Record<string, Json>, features: readonly Feature[]): Json {
  if (features.length > 0) entry.features = features.map(({ name, condition }) => wrap(condition, name));
  return entry;
}

/** A part of the reply, under its condition. */
function wrap(condition: Condition | undefined, value: Json): Json {
  return condition === undefined ? value : { $if: condition as Json, $value: value };
}
