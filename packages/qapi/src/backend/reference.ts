/** The content of a reference, before it becomes Markdown or HTML. */

import type {
  Command,
  Condition,
  EntityBase,
  Feature,
  ObjectType,
  Schema,
  SchemaEvent,
  SchemaType,
} from '../schema/model.js';
import { conditionText, type Defines, exists } from './conditions.js';
import { documentation, type EntityDoc } from './documentation.js';
import { NO_PROSE, Prose } from './prose.js';

export type EntryKind = 'command' | 'event' | 'type';

/** The definitions of one schema file. */
export interface Chapter {
  /** The file's name without ending, such as `block-core`. */
  readonly name: string;
  /** Free-form documentation of the file. */
  readonly introductions: readonly Prose[];
  readonly entries: readonly Entry[];
}

/** One definition. */
export interface Entry {
  readonly kind: EntryKind;
  /** What it is, in words: `command`, `event`, `struct`, `union`, `enum`, `alternate`. */
  readonly what: string;
  readonly name: string;
  readonly body: Prose;
  readonly tables: readonly Table[];
  readonly returns?: { readonly type?: TypeName; readonly text: Prose };
  readonly errors: Prose;
  readonly features: readonly { readonly name: string; readonly text: Prose }[];
  readonly since: string | undefined;
  /** Remarks about how it can be used, each a sentence. */
  readonly remarks: readonly string[];
  readonly rest: readonly Prose[];
}

/** A list of members, values or alternatives. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Types whose members join in, and when. */
  readonly joins: readonly { readonly type: TypeName; readonly when?: readonly [tag: string, value: string] }[];
}

export interface Row {
  readonly name: string;
  readonly type: TypeName | undefined;
  readonly optional: boolean;
  readonly text: Prose;
  readonly features: readonly string[];
  readonly condition: string | undefined;
}

/** The name of a type, for a link. */
export interface TypeName {
  readonly name: string;
  readonly array: boolean;
  /** Built-in types have no entry to link to. */
  readonly builtin: boolean;
}

/** What the parts of a reference have in common. */
interface Context {
  readonly defines: Defines;
}

const built = new WeakMap<Schema, Map<Defines, readonly Chapter[]>>();

/** Collects what the reference says, once for all forms of it. */
export function buildReference(schema: Schema, defines: Defines = 'all'): readonly Chapter[] {
  const known = built.get(schema) ?? new Map<Defines, readonly Chapter[]>();
  built.set(schema, known);
  let chapters = known.get(defines);
  if (!chapters) {
    chapters = chaptersOf(schema, { defines });
    known.set(defines, chapters);
  }
  return chapters;
}

function chaptersOf(schema: Schema, context: Context): readonly Chapter[] {
  return schema.modules.map((module) => ({
    name: module.name.replace(/^.*\//, '').replace(/\.json$/, ''),
    introductions: schema.docs
      .filter((doc) => doc.symbol === undefined && isFile(doc.source.path, module.name))
      .map((doc) => new Prose(doc.sections.map((section) => section.text).join('\n\n'))),
    entries: module.entities.flatMap((entity) => {
      if (entity.kind === 'include' || !exists(entity.condition, context.defines)) return [];
      return entryOf(entity, context) ?? [];
    }),
  }));
}

function isFile(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

function entryOf(entity: SchemaType | Command | SchemaEvent, context: Context): Entry | undefined {
  switch (entity.kind) {
    case 'command':
      return {
        ...common(entity, 'command', 'command', dataTables('Arguments', entity, context), context),
        ...returnsOf(entity),
      };
    case 'event':
      return common(entity, 'event', 'event', dataTables('Data', entity, context), context);
    case 'enum':
      return common(entity, 'type', 'enum', [valueTable(entity, context)], context);
    case 'alternate':
      return common(entity, 'type', 'alternate', [alternativeTable(entity, context)], context);
    case 'object': {
      if (entity.form !== 'struct' && entity.form !== 'union') return undefined;
      return common(entity, 'type', entity.form, [memberTable('Members', entity, entity, context)], context);
    }
    default:
      return undefined;
  }
}

function common(entity: EntityBase, kind: EntryKind, what: string, tables: readonly Table[], context: Context): Entry {
  const doc = documentation(entity);
  const features = presentFeatures(entity.features, context);
  return {
    kind,
    what,
    name: entity.name,
    body: doc.body,
    tables: tables.filter((table) => table.rows.length + table.joins.length > 0),
    errors: doc.errors,
    features: features.map((name) => ({ name, text: doc.features.get(name) ?? NO_PROSE })),
    since: doc.since,
    remarks: remarksOn(entity),
    rest: doc.rest,
  };
}

function returnsOf(command: Command): Pick<Entry, 'returns'> {
  const { returns: text } = documentation(command);
  if (!command.returns && text.text === '') return {};
  return { returns: { ...(command.returns ? { type: typeName(command.returns) } : {}), text } };
}

function remarksOn(entity: EntityBase & Partial<Command>): string[] {
  const remarks = [];
  if (entity.allowOob) remarks.push('Can be executed out-of-band.');
  if (entity.allowPreconfig) remarks.push('Can be executed before the machine is created.');
  if (entity.successResponse === false) remarks.push('Sends no reply on success.');
  if (entity.gen === false) remarks.push('Takes further arguments than those listed.');
  if (entity.condition !== undefined) remarks.push(`Exists only with ${conditionText(entity.condition)}.`);
  return remarks;
}

/** Inline data is documented by its owner; a named type stands for itself. */
function dataTables(title: string, owner: Command | SchemaEvent, context: Context): Table[] {
  const type = owner.arguments;
  if (!type || type.form === 'empty') return [];
  if (type.form === 'arguments') return [memberTable(title, type, owner, context)];
  return [{ title, rows: [], joins: [{ type: typeName(type) }] }];
}

function memberTable(title: string, type: ObjectType, owner: EntityBase, context: Context): Table {
  const doc = documentation(owner);
  const inlineBase = type.base !== undefined && type.base.form !== 'struct';
  const members = inlineBase ? type.members : type.localMembers;
  const base = type.base && !inlineBase ? [{ type: typeName(type.base) }] : [];
  const branches = (type.variants?.branches ?? [])
    .filter((branch) => branch.type.form !== 'empty' && exists(branch.condition, context.defines))
    .map((branch) => ({ type: typeName(branch.type), when: [type.variants?.tag.name ?? '', branch.value] as const }));
  return {
    title,
    rows: present(members, context).map((member) => row(member, member.type, member.optional, doc, context)),
    joins: [...base, ...branches],
  };
}

function valueTable(type: Extract<SchemaType, { kind: 'enum' }>, context: Context): Table {
  const doc = documentation(type);
  const rows = present(type.values, context).map((value) => row(value, undefined, false, doc, context));
  return { title: 'Values', rows, joins: [] };
}

function alternativeTable(type: Extract<SchemaType, { kind: 'alternate' }>, context: Context): Table {
  const doc = documentation(type);
  const rows = present(type.branches, context).map((branch) => row(branch, branch.type, false, doc, context));
  return { title: 'Alternatives', rows, joins: [] };
}

/** The things that exist. */
function present<T extends { readonly condition?: Condition }>(
  things: readonly T[],
  { defines }: Context,
): readonly T[] {
  return defines === 'all' ? things : things.filter((thing) => exists(thing.condition, defines));
}

function row(
  part: { readonly name: string; readonly features?: readonly Feature[]; readonly condition?: Condition },
  type: SchemaType | undefined,
  optional: boolean,
  doc: EntityDoc,
  context: Context,
): Row {
  return {
    name: part.name,
    type: type && typeName(type),
    optional,
    text: doc.members.get(part.name) ?? NO_PROSE,
    features: presentFeatures(part.features ?? NO_PARTS, context),
    condition: part.condition && conditionText(part.condition),
  };
}

const NO_PARTS: readonly Feature[] = [];
const NO_FEATURES: readonly string[] = [];

function presentFeatures(features: readonly Feature[], { defines }: Context): readonly string[] {
  if (features.length === 0) return NO_FEATURES;
  return features.filter((feature) => exists(feature.condition, defines)).map((feature) => feature.name);
}

function typeName(type: SchemaType): TypeName {
  const named = type.kind === 'array' ? type.element : type;
  const builtin = named.kind === 'builtin' || named.name === 'QType';
  return { name: named.name, array: type.kind === 'array', builtin };
}
