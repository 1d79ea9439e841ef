/**
 * Gives the types of a server's reply their names back. The reply numbers them; but commands, events, members and cases
 * keep their names, so walking a known schema of about the same version from there in step leads to the same types.
 */

import { introspect } from './introspection.js';
import type { ObjectType, Schema, SchemaType } from './model.js';
import type { Reply, ReplyEntry, ReplyType } from './reply.js';

/** The types that have a number for a name. */
export type NamedType = Exclude<ReplyType, { meta: 'builtin' | 'array' }>;

/** The name of each type of a reply that has one to be found; a type whose name is no number keeps it. */
export function unmask(reply: Reply, near?: Schema): Map<string, string> {
  const names = new Names(reply);
  if (near !== undefined) {
    walkInStep(reply, near, names);
    names.settle();
    fromNumbers(near, names);
    fromShape(near, names);
  }
  fromUse(reply, names);
  return names.found;
}

/** Names found so far. A name is given to one type only. */
class Names {
  readonly found = new Map<string, string>();
  readonly taken = new Set<string>();
  readonly reply: Reply;
  readonly #votes = new Map<string, Map<string, number>>();

  constructor(reply: Reply) {
    this.reply = reply;
    for (const { name, meta } of reply.types.values()) {
      if (meta !== 'builtin' && meta !== 'array' && !isMasked(name)) this.give(name, name);
      if (meta === 'builtin') this.taken.add(name);
    }
  }

  type(masked: string): NamedType | undefined {
    const type = this.reply.types.get(masked);
    return type === undefined || type.meta === 'builtin' || type.meta === 'array' ? undefined : type;
  }

  /** The types that have no name yet. */
  *open(): Generator<NamedType> {
    for (const type of this.reply.types.values()) {
      if (type.meta !== 'builtin' && type.meta !== 'array' && !this.found.has(type.name)) yield type;
    }
  }

  vote(masked: string, name: string, weight: number): void {
    let votes = this.#votes.get(masked);
    if (votes === undefined) {
      votes = new Map();
      this.#votes.set(masked, votes);
    }
    votes.set(name, (votes.get(name) ?? 0) + weight);
  }

  /** Gives each type the name it has most votes for, the clearest first. */
  settle(): void {
    const ballots: [masked: string, name: string, votes: number][] = [];
    for (const [masked, votes] of this.#votes) for (const [name, count] of votes) ballots.push([masked, name, count]);
    ballots.sort((a, b) => b[2] - a[2]);
    for (const [masked, name] of ballots) this.give(masked, name);
  }

  give(masked: string, name: string): boolean {
    if (this.found.has(masked) || this.taken.has(name)) return false;
    this.found.set(masked, name);
    this.taken.add(name);
    return true;
  }
}

/** Whether a name is a number, as a server gives instead of names. */
export function isMasked(name: string): boolean {
  return /^\d+$/.test(name);
}

/** Walks both graphs from commands and events of the same name; votes for the names of types met together. */
function walkInStep({ entries, types }: Reply, near: Schema, names: Names): void {
  const queue: [masked: string, type: SchemaType][] = [];
  const seen = new Set<string>();
  const meet = (masked: string | undefined, type: SchemaType | undefined) => {
    if (masked === undefined || type === undefined) return;
    const key = `${masked} ${type.name}`;
    if (seen.has(key)) return;
    seen.add(key);
    queue.push([masked, type]);
  };
  for (const entry of entries) start(entry, near, meet);
  for (const [masked, type] of queue) {
    const met = types.get(masked);
    if (met === undefined) continue;
    const weight = likeness(met, type);
    if (weight > 0) names.vote(masked, type.name, weight);
    step(met, type, meet);
  }
}

type Meet = (masked: string | undefined, type: SchemaType | undefined) => void;

function start(entry: ReplyEntry, near: Schema, meet: Meet): void {
  const empty = near.types.get('q_empty');
  if (entry.meta === 'command') {
    const command = near.commands.get(entry.name);
    if (command === undefined) return;
    meet(entry.arguments, command.arguments ?? empty);
    meet(entry.returns, command.returns ?? empty);
  } else if (entry.meta === 'event') {
    const event = near.events.get(entry.name);
    if (event !== undefined) meet(entry.arguments, event.arguments ?? empty);
  }
}

function step(met: ReplyType, type: SchemaType, meet: Meet): void {
  if (met.meta === 'array' && type.kind === 'array') meet(met.element, type.element);
  else if (met.meta === 'object' && type.kind === 'object') {
    for (const member of met.members) meet(member.type, type.members.find(({ name }) => name === member.name)?.type);
    for (const variant of met.variants) {
      meet(variant.type, type.variants?.branches.find(({ value }) => value === variant.value)?.type);
    }
  } else if (met.meta === 'alternate' && type.kind === 'alternate') {
    met.types.forEach((masked, index) => {
      meet(masked, type.branches[index]?.type);
    });
  }
}

/** How alike two types are: 0 for different kinds, up to 2 for the same parts. */
function likeness(met: ReplyType, type: SchemaType): number {
  const parts = partsOf(met);
  const others = type.kind === 'array' || type.kind === 'builtin' ? undefined : partsOfModel(type);
  const kind = type.kind === met.meta;
  if (!kind || parts === undefined || others === undefined) return 0;
  if (parts.length === 0 && others.length === 0) return 2;
  const other = new Set(others);
  const shared = parts.filter((part) => other.has(part)).length;
  const all = parts.length + other.size - shared;
  return shared === 0 ? 0.01 : 0.1 + (1.9 * shared) / all;
}

/** The names in a type, by which it can be recognised. */
function partsOf(type: ReplyType): string[] | undefined {
  switch (type.meta) {
    case 'enum':
      return type.values.map(({ name }) => name);
    case 'object':
      return [...type.members.map(({ name }) => name), ...type.variants.map(({ value }) => `=${value}`)];
    case 'alternate':
      return type.types.map((_, index) => String(index));
    default:
      return undefined;
  }
}

function partsOfModel(type: Exclude<SchemaType, { kind: 'array' | 'builtin' }>): string[] {
  switch (type.kind) {
    case 'enum':
      return type.values.map(({ name }) => name);
    case 'object':
      return objectParts(type);
    case 'alternate':
      return type.branches.map((_, index) => String(index));
  }
}

function objectParts({ members, variants }: ObjectType): string[] {
  return [...members.map(({ name }) => name), ...(variants?.branches ?? []).map(({ value }) => `=${value}`)];
}

/** Below this share of agreement the numbers of the known schema say nothing about the server's. */
const SAME_SCHEMA = 0.95;

/** When the server was built from the known schema itself, its numbers are that schema's. */
function fromNumbers(near: Schema, names: Names): void {
  const { maskMap } = introspect(near);
  let agree = 0;
  for (const [masked, name] of names.found) if (maskMap.get(masked) === name) agree++;
  if (names.found.size === 0 || agree / names.found.size < SAME_SCHEMA) return;
  for (const { name: masked } of [...names.open()]) {
    const name = maskMap.get(masked);
    if (name !== undefined) names.give(masked, name);
  }
}

/** A type that nothing led to may still be the only one of its shape. */
function fromShape(near: Schema, names: Names): void {
  const byShape = new Map<string, string[]>();
  for (const type of near.types.values()) {
    if (type.kind === 'array' || type.kind === 'builtin' || names.taken.has(type.name)) continue;
    const shape = `${type.kind} ${partsOfModel(type).join(' ')}`;
    const same = byShape.get(shape) ?? [];
    same.push(type.name);
    byShape.set(shape, same);
  }
  for (const type of [...names.open()]) {
    const parts = partsOf(type) ?? [];
    const same = byShape.get(`${type.meta} ${parts.join(' ')}`);
    if (type.meta !== 'alternate' && parts.length > 1 && same?.length === 1 && same[0] !== undefined) {
      names.give(type.name, same[0]);
    }
  }
}

/** Names what is left after its first use: `q_obj_X-arg`, `QueryXReturn`, `ParentMember`. */
function fromUse({ entries, types }: Reply, names: Names): void {
  const queue: [masked: string, name: string][] = [];
  const use = (masked: string, name: string) => {
    const type = types.get(masked);
    if (type?.meta === 'array') queue.push([type.element, name]);
    else if (type !== undefined && type.meta !== 'builtin') queue.push([masked, name]);
  };
  for (const entry of entries) {
    if (entry.meta !== 'command' && entry.meta !== 'event') continue;
    use(entry.arguments, `q_obj_${entry.name}-arg`);
    if (entry.meta === 'command') use(entry.returns, `${camel(entry.name)}Return`);
  }
  const done = new Set<string>();
  for (const [masked, name] of queue) {
    if (done.has(masked)) continue;
    done.add(masked);
    const type = names.type(masked);
    if (type === undefined) continue;
    if (isEmpty(type)) names.give(masked, 'q_empty');
    giveFree(names, masked, name);
    const given = camel((names.found.get(masked) ?? name).replace(/^q_obj_(.*)-arg$/, '$1-arguments'));
    if (type.meta !== 'object') continue;
    for (const member of type.members) use(member.type, given + camel(member.name));
    for (const variant of type.variants) use(variant.type, given + camel(variant.value));
  }
  for (const { name } of [...names.open()]) giveFree(names, name, `Unused${name}`);
}

function giveFree(names: Names, masked: string, name: string): void {
  if (names.found.has(masked)) return;
  let free = name;
  for (let count = 2; names.taken.has(free); count++) free = `${name}${count}`;
  names.give(masked, free);
}

function isEmpty(type: NamedType): boolean {
  return type.meta === 'object' && type.members.length === 0 && type.variants.length === 0;
}

function camel(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + (/[a-z]/.test(word) ? word.slice(1) : word.slice(1).toLowerCase()))
    .join('');
}
