import type { SchemaMember, SchemaType } from './schema-type.js';
import type { ServerSchema } from './server-schema.js';

/** What a person calls a type: `a string`, `one of on, off`, `a list of strings`. For messages. */
export function describeType(schema: ServerSchema, name: string): string {
  const type = schema.type(name);
  switch (type?.kind) {
    case undefined:
      return 'a value';
    case 'builtin':
      return builtinNames[type.json] ?? 'any value';
    case 'enum':
      return `one of ${shorten(type.values)}`;
    case 'array':
      return `a list (each: ${describeType(schema, type.element)})`;
    case 'object':
      return `an object with ${shorten(type.members.map((member) => member.name))}`;
    case 'alternate':
      return type.members.map((member) => describeType(schema, member)).join(', or ');
  }
}

/** A type in few signs, for help: `str`, `on|off`, `[int]`, `{...}`. */
export function typeLabel(schema: ServerSchema, name: string): string {
  const type = schema.type(name);
  switch (type?.kind) {
    case undefined:
      return 'any';
    case 'builtin':
      return type.name;
    case 'enum':
      return shorten(type.values, '|', 6);
    case 'array':
      return `[${typeLabel(schema, type.element)}]`;
    case 'object':
      return '{...}';
    case 'alternate':
      return [...new Set(type.members.map((member) => typeLabel(schema, member)))].join(' or ');
  }
}

/** The type of a member in few signs, and what more is known of it, as a list of candidates shows it. */
export function memberNote(schema: ServerSchema, member: SchemaMember): string {
  const label = member.label ?? typeLabel(schema, member.type);
  const says = member.says === undefined || member.says === '' ? '' : `  ${member.says}`;
  return `${label}${member.optional ? '' : ' (needed)'}${says}`;
}

/** The enum values that a type accepts: its own, or those of an alternate's branch; booleans as `true` and `false`. */
export function acceptedWords(schema: ServerSchema, name: string): readonly string[] {
  const type = schema.type(name);
  if (type?.kind === 'enum') return type.values;
  if (type?.kind === 'builtin' && type.json === 'boolean') return ['true', 'false'];
  if (type?.kind === 'array') return acceptedWords(schema, type.element);
  if (type?.kind === 'alternate') return type.members.flatMap((member) => acceptedWords(schema, member));
  return [];
}

/** The object type behind a name: itself, the element of a list, or the object branch of an alternate. */
export function objectBehind(schema: ServerSchema, name: string): Extract<SchemaType, { kind: 'object' }> | undefined {
  const type = schema.type(name);
  if (type?.kind === 'object') return type;
  if (type?.kind === 'alternate') {
    for (const member of type.members) {
      const found = schema.type(member);
      if (found?.kind === 'object') return found;
    }
  }
  return undefined;
}

function shorten(words: readonly string[], separator = ', ', most = 8): string {
  if (words.length <= most) return words.join(separator);
  return `${words.slice(0, most).join(separator)}${separator}... (${words.length})`;
}

const builtinNames: Readonly<Record<string, string>> = {
  string: 'a string',
  int: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};
