/** Reads the reply to `query-qmp-schema` with suspicion: a server may answer anything. */

import type { Finding } from '../language/finding.js';
import { createSource } from '../language/source.js';

/** An entry of a reply, its shape checked. */
export type ReplyEntry = ReplyType | ReplyCommand | ReplyEvent;

/** A type in a reply. */
export type ReplyType =
  | { readonly meta: 'builtin'; readonly name: string; readonly json: string }
  | ReplyEnum
  | { readonly meta: 'array'; readonly name: string; readonly element: string }
  | ReplyObject
  | {
      readonly meta: 'alternate';
      readonly name: string;
      readonly features: Features;
      readonly types: readonly string[];
    };

type Features = readonly string[];

export interface ReplyEnum {
  readonly meta: 'enum';
  readonly name: string;
  readonly features: Features;
  readonly values: readonly { readonly name: string; readonly features: Features }[];
}

export interface ReplyObject {
  readonly meta: 'object';
  readonly name: string;
  readonly features: Features;
  readonly members: readonly ReplyMember[];
  readonly tag?: string;
  readonly variants: readonly { readonly value: string; readonly type: string }[];
}

export interface ReplyMember {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly features: Features;
}

export interface ReplyCommand {
  readonly meta: 'command';
  readonly name: string;
  readonly features: Features;
  readonly arguments: string;
  readonly returns: string;
  readonly allowOob: boolean;
}

export interface ReplyEvent {
  readonly meta: 'event';
  readonly name: string;
  readonly features: Features;
  readonly arguments: string;
}

/** A reply whose entries have the right shape and whose references lead somewhere. */
export interface Reply {
  readonly entries: readonly ReplyEntry[];
  readonly types: ReadonlyMap<string, ReplyType>;
}

/** How many findings about a reply are reported. */
const MAX_FINDINGS = 50;

/** Reads a reply; findings tell what is not as it must be. */
export function readReply(value: unknown): { readonly reply: Reply; readonly findings: readonly Finding[] } {
  const reader = new ReplyReader();
  const entries = reader.read(value);
  const types = new Map<string, ReplyType>();
  for (const entry of entries) if (entry.meta !== 'command' && entry.meta !== 'event') types.set(entry.name, entry);
  reader.references(entries, types);
  return { reply: { entries, types }, findings: reader.findings };
}

const SOURCE = createSource('query-qmp-schema', '');

type Fields = Readonly<Record<string, unknown>>;

class ReplyReader {
  readonly findings: Finding[] = [];

  /** Records what is wrong; the place is the entry's name or index in the message. */
  fail(message: string): void {
    if (this.findings.length >= MAX_FINDINGS) return;
    this.findings.push({ code: 'reply', message, source: SOURCE, line: 1, column: 1, qemu: { line: 1 } });
  }

  read(value: unknown): ReplyEntry[] {
    if (!Array.isArray(value)) {
      this.fail("the reply to 'query-qmp-schema' must be an array");
      return [];
    }
    const entries: ReplyEntry[] = [];
    const names = new Set<string>();
    for (const [index, item] of value.entries()) {
      const fields = this.#fields(item, `entry ${index}`);
      if (fields === undefined) continue;
      const name = this.#text(fields, 'name', `entry ${index}`);
      const entry = name === undefined ? undefined : this.#entry(name, fields);
      if (entry === undefined) continue;
      if (names.has(entry.name)) this.fail(`'${entry.name}' occurs twice`);
      names.add(entry.name);
      entries.push(entry);
    }
    return entries;
  }

  /** Every reference must lead to a type of the right kind. */
  references(entries: readonly ReplyEntry[], types: ReadonlyMap<string, ReplyType>): void {
    for (const entry of entries) {
      for (const [name, what, metas] of referencesOf(entry)) {
        const meta = types.get(name)?.meta;
        if (meta === undefined) this.fail(`${what} of '${entry.name}' is unknown type '${name}'`);
        else if (metas !== undefined && !metas.includes(meta)) {
          this.fail(`${what} of '${entry.name}' must be ${metas.join(' or ')}, not ${meta} '${name}'`);
        }
      }
      if (entry.meta === 'object') this.#tag(entry, types);
    }
  }

  #tag({ name, tag, variants, members }: ReplyObject, types: ReadonlyMap<string, ReplyType>): void {
    if (tag === undefined) {
      if (variants.length > 0) this.fail(`'${name}' has variants but no tag`);
      return;
    }
    const type = types.get(members.find((member) => member.name === tag)?.type ?? '');
    if (type?.meta !== 'enum') {
      this.fail(`tag '${tag}' of '${name}' must be a member of enum type`);
      return;
    }
    const values = new Set(type.values.map((value) => value.name));
    for (const { value } of variants) {
      if (!values.has(value)) this.fail(`variant '${value}' of '${name}' is not a value of its tag`);
    }
  }

  #fields(value: unknown, what: string): Fields | undefined {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    this.fail(`${what} must be an object`);
    return undefined;
  }

  #text(fields: Fields, key: string, what: string): string | undefined {
    const value = fields[key];
    if (typeof value === 'string' && value !== '') return value;
    this.fail(`${what} lacks a string '${key}'`);
    return undefined;
  }

  /** A list of objects, each read by `read`; those that are wrong are left out. */
  #list<T>(fields: Fields, key: string, what: string, read: (item: Fields, what: string) => T | undefined): T[] {
    const value = fields[key];
    if (!Array.isArray(value)) {
      this.fail(`${what} lacks an array '${key}'`);
      return [];
    }
    const items: T[] = [];
    for (const each of value) {
      const item = this.#fields(each, `each of '${key}' of ${what}`);
      const result = item === undefined ? undefined : read(item, `each of '${key}' of ${what}`);
      if (result !== undefined) items.push(result);
    }
    return items;
  }

  #features(fields: Fields, what: string): Features {
    const { features } = fields;
    if (features === undefined) return [];
    if (Array.isArray(features) && features.every((each) => typeof each === 'string')) return features;
    this.fail(`'features' of ${what} must be an array of strings`);
    return [];
  }

  #entry(name: string, fields: Fields): ReplyEntry | undefined {
    const what = `'${name}'`;
    const meta = this.#text(fields, 'meta-type', what);
    const features = this.#features(fields, what);
    switch (meta) {
      case 'builtin':
        return { meta, name, json: this.#text(fields, 'json-type', what) ?? '' };
      case 'enum':
        return { meta, name, features, values: this.#values(fields, what) };
      case 'array':
        return { meta, name, element: this.#text(fields, 'element-type', what) ?? '' };
      case 'object':
        return this.#object(name, fields, features);
      case 'alternate':
        return {
          meta,
          name,
          features,
          types: this.#list(fields, 'members', what, (each, where) => this.#text(each, 'type', where)),
        };
      case 'command': {
        const args = this.#text(fields, 'arg-type', what) ?? '';
        const returns = this.#text(fields, 'ret-type', what) ?? '';
        return { meta, name, features, arguments: args, returns, allowOob: fields['allow-oob'] === true };
      }
      case 'event':
        return { meta, name, features, arguments: this.#text(fields, 'arg-type', what) ?? '' };
      case undefined:
        return undefined;
      default:
        this.fail(`${what} has unknown meta-type '${meta}'`);
        return undefined;
    }
  }

  /** The values of an enum: `members` since 6.2, `values` before. */
  #values(fields: Fields, what: string): ReplyEnum['values'] {
    const { members, values } = fields;
    if (members === undefined && Array.isArray(values) && values.every((each) => typeof each === 'string')) {
      return values.map((name: string) => ({ name, features: [] }));
    }
    return this.#list(fields, 'members', what, (each, where) => {
      const name = this.#text(each, 'name', where);
      return name === undefined ? undefined : { name, features: this.#features(each, where) };
    });
  }

  #object(name: string, fields: Fields, features: Features): ReplyObject {
    const what = `'${name}'`;
    const members = this.#list(fields, 'members', what, (each, where): ReplyMember | undefined => {
      const member = this.#text(each, 'name', where);
      const type = this.#text(each, 'type', where);
      if (member === undefined || type === undefined) return undefined;
      return { name: member, type, optional: 'default' in each, features: this.#features(each, where) };
    });
    const variants =
      fields.variants === undefined
        ? []
        : this.#list(fields, 'variants', what, (each, where) => {
            const value = this.#text(each, 'case', where);
            const type = this.#text(each, 'type', where);
            return value === undefined || type === undefined ? undefined : { value, type };
          });
    const tag = fields.tag === undefined ? undefined : this.#text(fields, 'tag', what);
    return { meta: 'object', name, features, members, variants, ...(tag !== undefined && { tag }) };
  }
}

type Reference = readonly [name: string, what: string, metas?: readonly ReplyType['meta'][]];

/** The types that an entry refers to, with what they may be. */
function referencesOf(entry: ReplyEntry): readonly Reference[] {
  switch (entry.meta) {
    case 'builtin':
    case 'enum':
      return [];
    case 'array':
      return [[entry.element, 'element-type', ['builtin', 'enum', 'object', 'alternate']]];
    case 'object':
      return [
        ...entry.members.map(({ name, type }): Reference => [type, `member '${name}'`]),
        ...entry.variants.map(({ value, type }): Reference => [type, `variant '${value}'`, ['object']]),
      ];
    case 'alternate':
      return entry.types.map((type): Reference => [type, 'member']);
    case 'command':
      return [
        [entry.arguments, 'arg-type', ['object']],
        [entry.returns, 'ret-type'],
      ];
    case 'event':
      return [[entry.arguments, 'arg-type', ['object']]];
  }
}
