/** What entities consist of, as far as resolving asks: kinds of value, documented parts, features. */

import { sinceOf } from '../language/documentation.js';
import type { Documentation } from '../language/syntax.js';
import type { Entity, Feature, SchemaType } from './model.js';

/** The kinds of JSON value that an alternate's branch takes; undefined when it cannot be a branch. */
export function kindsOf(type: SchemaType): readonly string[] | undefined {
  switch (type.kind) {
    case 'builtin':
      if (type.json === 'value') return undefined;
      if (type.json === 'string') return ['string', 'number', 'boolean'];
      return [type.json === 'int' ? 'number' : type.json];
    case 'enum': {
      const kinds = ['string'];
      if (type.values.some(({ name }) => name === 'on' || name === 'off')) kinds.push('boolean');
      if (type.values.some(({ name }) => /^[-+0-9.]/.test(name))) kinds.push('number');
      return kinds;
    }
    case 'array':
    case 'object':
      return [type.kind];
    case 'alternate':
      return undefined;
  }
}

/** What the documentation of an entity describes. */
export function describedIn(entity: Entity) {
  const { features } = entity;
  const nothing = { features, role: 'member' as const, members: [], returns: false };
  switch (entity.kind) {
    case 'enum':
      return { ...nothing, role: 'value' as const, members: entity.values };
    case 'alternate':
      return {
        ...nothing,
        role: 'branch' as const,
        members: entity.branches.map(({ name }) => ({ name, features: [] })),
      };
    case 'object':
      return { ...nothing, members: entity.base?.form === 'base' ? entity.members : entity.localMembers };
    case 'command':
    case 'event': {
      const inline = entity.arguments?.form === 'arguments' ? entity.arguments.members : [];
      return { ...nothing, members: inline, returns: entity.kind === 'command' && entity.returns !== undefined };
    }
    default:
      return nothing;
  }
}

/** Adds the names of all features of an entity: its own, its members' and its values'. */
export function addFeatures(entity: Entity, names: Set<string>): void {
  for (const { name } of entity.features) names.add(name);
  if (entity.kind === 'enum') addPartFeatures(entity.values, names);
  else if (entity.kind === 'object') addPartFeatures(entity.localMembers, names);
}

function addPartFeatures(parts: readonly { readonly features: readonly Feature[] }[], names: Set<string>): void {
  for (let index = 0; index < parts.length; index++) {
    const features = parts[index]?.features ?? [];
    if (features.length > 0) for (const { name } of features) names.add(name);
  }
}

/** The version since which something exists, as its documentation says. */
export function sinceIn({ sections }: Documentation): string | undefined {
  const section = sections.find(({ kind }) => kind === 'since');
  return section === undefined ? undefined : sinceOf(section.text);
}
