import { readFileSync } from 'node:fs';
import { type Change, compareSchemas, fromIntrospection, type Schema } from 'qapi';
import { introspection } from '../api/introspection.js';

/** QEMU's description of its own interface, which the machine's is compared to. */
const QEMU = new URL('../../qemu/introspection-7.2.json', import.meta.url);

/**
 * Tells what QEMU 7.2 has that this machine has not, and where a command or event that both have differs, by comparing
 * their schemas.
 */
export function listDifferences(): string {
  const theirs = schemaOf(JSON.parse(readFileSync(QEMU, 'utf8')));
  const ours = schemaOf(introspection);
  const { changes } = compareSchemas(theirs, ours);
  const whole = new Set([...theirs.commands.keys(), ...theirs.events.keys()]);
  const missing = (names: Iterable<string>, present: ReadonlyMap<string, unknown>) =>
    [...names].filter((name) => !present.has(name)).sort();
  const inside = changes.filter(({ path, kind }) => !(whole.has(path) && kind === 'removed') && kind !== 'added');
  return [
    section('Commands of QEMU 7.2 that this machine does not have', missing(theirs.commands.keys(), ours.commands)),
    section('Events of QEMU 7.2 that this machine never sends', missing(theirs.events.keys(), ours.events)),
    section('What both have, but not alike', inside.map(describe)),
  ].join('\n');
}

function schemaOf(reply: unknown): Schema {
  const { schema, findings } = fromIntrospection(reply);
  if (schema === undefined) throw new Error(`a description of an interface cannot be read: ${findings[0]?.message}`);
  return schema;
}

function describe({ path, message }: Change): string {
  return `${path}: ${message}`;
}

function section(title: string, lines: readonly string[]): string {
  return `${title} (${lines.length}):\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
