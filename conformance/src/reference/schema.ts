import { readFileSync } from 'node:fs';
import { compileValidators, type SchemaTable } from 'qapi';
import type { JsonValue } from 'qmp/json';
import { type Command, type CommandHandler, prepare } from 'qmp/monitor';

/** The library's monitor has these itself. */
const builtin = ['qmp_capabilities', 'query-version', 'query-commands'];
const folder = new URL('../../qemu-7.2/', import.meta.url);

/** Every command of a QEMU 7.2 program, checked against its schema; those without a handler succeed with `{}`. */
export function schemaCommands(
  program: 'system' | 'storage-daemon',
  handlers: Readonly<Record<string, CommandHandler>>,
): Command[] {
  const table = read<SchemaTable>(`${program}.table.json`);
  const validators = compileValidators(table);
  const introspection = () => prepare(read<JsonValue>(`${program}.introspection.json`));
  let schema: ReturnType<typeof introspection> | undefined;
  const own: Readonly<Record<string, CommandHandler>> = {
    'query-qmp-schema': () => {
      schema ??= introspection();
      return schema;
    },
    ...handlers,
  };
  return Object.entries(table.commands)
    .filter(([name]) => !builtin.includes(name))
    .map(([name, row]) => ({
      name,
      handler: own[name] ?? (() => undefined),
      ...(row.features !== undefined && { features: row.features }),
      ...(row.oob && { allowOob: true }),
      ...(row.preconfig && { allowPreconfig: true }),
      ...(row.silent && { successResponse: false }),
      ...optional('validate', validators.get(name)),
    }));
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
}
