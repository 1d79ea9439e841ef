import { typeLabel } from './describe-type.js';
import { nearest } from './nearest.js';
import type { ObjectType, SchemaMember } from './schema-type.js';
import type { ServerSchema } from './server-schema.js';

/** What the help shows of one argument. */
export interface HelpRow {
  readonly name: string;
  readonly type: string;
  readonly needed: boolean;
  readonly notes: string;
}

/** The help of one command, ready to be laid out. */
export interface CommandHelp {
  readonly name: string;
  readonly notes: readonly string[];
  readonly rows: readonly HelpRow[];
  readonly returns: string;
}

/**
 * What the server's schema says of a command.
 *
 * @param given the values typed so far, by argument: they choose the branch of a union.
 * @returns undefined when the server has no such command.
 */
export function commandHelp(
  schema: ServerSchema,
  name: string,
  given: (argument: string) => string | undefined = () => undefined,
): CommandHelp | undefined {
  const command = schema.command(name);
  if (command === undefined) return undefined;
  const type = schema.argumentType(command);
  const rows = type === undefined ? [] : schema.members(type, given).map((member) => row(schema, member));
  const notes: string[] = command.features.filter(isWarning);
  if (command.allowOob) notes.push('may be sent out-of-band: oob ...');
  if (command.open !== undefined) {
    const device = given(command.open) ?? '';
    if (!schema.knowsDevice(device)) notes.push(`takes the properties of its ${command.open} as further arguments`);
  } else if (type?.tag !== undefined && given(type.tag) === undefined) notes.push(branchNote(type));
  return { name, notes, rows, returns: returnLabel(schema, command.returns) };
}

/** The nearest command that exists, for a topic that does not. */
export function nearestCommand(schema: ServerSchema, name: string): string | undefined {
  return nearest(name, schema.commandNames);
}

function row(schema: ServerSchema, member: SchemaMember): HelpRow {
  const notes = [...member.features.filter(isWarning), ...(member.says === undefined ? [] : [member.says])];
  const type = member.label ?? typeLabel(schema, member.type);
  return { name: member.name, type, needed: !member.optional, notes: notes.filter((note) => note !== '').join(', ') };
}

function isWarning(feature: string): boolean {
  return feature === 'deprecated' || feature === 'unstable';
}

function branchNote(type: ObjectType): string {
  return `more arguments depend on ${type.tag}: ${[...type.branches.keys()].join(', ')}`;
}

function returnLabel(schema: ServerSchema, name: string): string {
  const type = schema.type(name);
  if (type?.kind === 'object' && type.members.length === 0 && type.tag === undefined) return 'nothing';
  if (type?.kind === 'object') return `{${type.members.map((member) => member.name).join(', ')}}`;
  if (type?.kind !== 'array') return typeLabel(schema, name);
  const element = schema.type(type.element);
  return element?.kind === 'object'
    ? `a list of {${element.members.map((member) => member.name).join(', ')}}`
    : typeLabel(schema, name);
}
