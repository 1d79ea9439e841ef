import type { JsonValue } from 'qmp/json';
import { asList, asText, member } from '../vm-info/read-json.js';
import type { SchemaMember, SchemaType } from './schema-type.js';

/**
 * Types for the properties of devices. Each also takes any text: what a property really accepts only its device knows
 * (`addr` says `int32` and takes `06.0`), so a text that does not look like the type is left to the server.
 */
export const propertyTypes: readonly SchemaType[] = [
  { kind: 'builtin', name: ':str', json: 'string' },
  { kind: 'builtin', name: ':int', json: 'int' },
  { kind: 'builtin', name: ':number', json: 'number' },
  { kind: 'builtin', name: ':bool', json: 'boolean' },
  { kind: 'builtin', name: ':any', json: 'value' },
  { kind: 'array', name: ':list', element: ':any' },
  { kind: 'alternate', name: ':integer or text', members: [':int', ':str'] },
  { kind: 'alternate', name: ':number or text', members: [':number', ':str'] },
  { kind: 'alternate', name: ':boolean or text', members: [':bool', ':str'] },
  { kind: 'alternate', name: ':text or list', members: [':str', ':list'] },
];

/**
 * Reads the reply of `device-list-properties` as members of an object type, those of experiments (`x-`) last.
 *
 * @param define takes the types of properties that have a choice of words.
 */
export function propertyMembers(reply: JsonValue, define: (type: SchemaType) => void): SchemaMember[] {
  const members = asList(reply).flatMap((property) => {
    const name = asText(member(property, 'name'));
    const type = asText(member(property, 'type')) ?? '';
    // A child is a part of the device: nobody sets it.
    if (name === undefined || type.startsWith('child<')) return [];
    const description = asText(member(property, 'description'));
    const known = typeOf(type, description, define);
    const says = [description, defaultText(member(property, 'default-value'))].filter((part) => part !== undefined);
    return [{ name, type: known, optional: true, features: [], label: type, says: says.join(', ') }];
  });
  return members.sort((left, right) => rank(left.name) - rank(right.name) || (left.name < right.name ? -1 : 1));
}

function typeOf(type: string, description: string | undefined, define: (type: SchemaType) => void): string {
  if (type === 'bool') return ':boolean or text';
  if (/^(u?int\d*|size)$/.test(type)) return ':integer or text';
  if (/^(number|double|float)$/.test(type)) return ':number or text';
  if (type === 'str' || type.startsWith('link<')) return ':str';
  // The words of a choice stand only in its description: on/off/auto.
  const words = description?.match(/^[\w.-]+(\/[\w.-]+)+$/)?.[0].split('/');
  if (words === undefined) return ':text or list';
  const name = `:${type} ${description}`;
  define({ kind: 'enum', name: `${name} word`, values: words });
  define({ kind: 'alternate', name, members: [`${name} word`, ':str'] });
  return name;
}

function defaultText(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null || typeof value === 'object' || value === '') return undefined;
  return `by default ${String(value)}`;
}

function rank(name: string): number {
  return name.startsWith('x-') ? 1 : 0;
}
