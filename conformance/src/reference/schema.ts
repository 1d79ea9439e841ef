import { readFileSync } from 'node:fs';
import { type SchemaTable, tableCommands, tableEvents } from 'qapi';
import type { JsonValue } from 'qmp/json';
import { type Command, type CommandHandler, type CommandRegistry, type EventDefinition, prepare } from 'qmp/monitor';

/** The library's monitor has these itself. */
const builtin = ['qmp_capabilities', 'query-version', 'query-commands'];
const folder = new URL('../../qemu-7.2/', import.meta.url);

/** Every command of a QEMU 7.2 program, checked against its schema; those without a handler succeed with `{}`; and its events. */
export function schemaCommands(
  program: 'system' | 'storage-daemon',
  handlers: Readonly<Record<string, CommandHandler>>,
): { commands: Command[]; events: EventDefinition[] } {
  const table = read<SchemaTable>(`${program}.table.json`);
  const introspection = () => prepare(read<JsonValue>(`${program}.introspection.json`));
  let schema: ReturnType<typeof introspection> | undefined;
  const own: Readonly<Record<string, CommandHandler>> = {
    'query-qmp-schema': () => {
      schema ??= introspection();
      return schema;
    },
    ...handlers,
  };
  const names = Object.keys(table.commands).filter((name) => !builtin.includes(name));
  const all = Object.fromEntries(names.map((name) => [name, own[name] ?? (() => undefined)]));
  return { commands: tableCommands<CommandHandler>(table, all), events: tableEvents(table) };
}

/** Has the library's own commands checked by the schema, too: which of several unknown members it names is QEMU's then. */
export function checkBuiltin(program: 'system' | 'storage-daemon', commands: CommandRegistry): void {
  const checks = tableCommands(
    read<SchemaTable>(`${program}.table.json`),
    Object.fromEntries(builtin.map((name) => [name, name])),
  );
  for (const { name, validate } of checks) {
    const own = commands.get(name);
    if (own !== undefined && commands.remove(name)) commands.add({ ...own, validate });
  }
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
}
