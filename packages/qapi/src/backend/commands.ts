import { type OutputFilter, type OutputPolicy, outputFilter, visibleIntrospection } from './outputs.js';
import { secretsOf } from './secrets.js';
import type { SchemaTable } from './table.js';
import { compileValidators, type Validator } from './validators.js';

/** A command as the schema says it is: what a monitor of the `qmp` package registers. */
export interface TableCommand<Handler> {
  readonly name: string;
  readonly handler: Handler;
  readonly validate: Validator;
  readonly allowOob: boolean;
  readonly allowPreconfig: boolean;
  readonly successResponse: boolean;
  readonly features?: readonly string[];
  /** Members of the arguments, at any depth, that carry the feature `secret`. Found when first asked for. */
  readonly secrets: readonly string[];
  /** Takes out of a result what a policy hides. Absent when there is nothing to hide. */
  readonly output?: OutputFilter;
}

/** An event with something that a policy, or a log, may hide. */
export interface TableEvent {
  readonly name: string;
  readonly features: readonly string[];
  readonly output?: OutputFilter;
  /** Members of the data, at any depth, that carry the feature `secret`. */
  readonly secrets?: readonly string[];
}

/**
 * Joins a table and the handlers of its commands: checks, flags, secrets and what policies hide come from the table.
 * Commands without a handler are left out.
 *
 * @throws {Error} for a handler whose command the table does not have.
 */
export function tableCommands<Handler>(
  table: SchemaTable,
  handlers: Readonly<Record<string, Handler>>,
): TableCommand<Handler>[] {
  const validators = compileValidators(table);
  return Object.entries(handlers).map(([name, handler]) => {
    const row = table.commands[name];
    const validate = validators.get(name);
    if (!row || !validate) throw new Error(`The schema has no command "${name}"`);
    const filter = outputFilter(table, table.outputs?.returns[name]);
    const output = name === 'query-qmp-schema' ? introspectionFilter(filter) : filter;
    let secrets: readonly string[] | undefined;
    return {
      name,
      handler,
      validate,
      allowOob: row.oob ?? false,
      allowPreconfig: row.preconfig ?? false,
      successResponse: !row.silent,
      ...(row.features && { features: row.features }),
      get secrets() {
        secrets ??= secretsOf(table, row);
        return secrets;
      },
      ...(output && { output }),
    };
  });
}

/** The events of a table that a policy may hide, or of which it may hide something. */
export function tableEvents(table: SchemaTable): TableEvent[] {
  return Object.entries(table.outputs?.events ?? {}).map(([name, { features = [], data }]) => {
    const output = outputFilter(table, data);
    const secrets = data === undefined ? [] : secretsOf(table, { arguments: data });
    return { name, features, ...(output && { output }), ...(secrets.length > 0 && { secrets }) };
  });
}

function introspectionFilter(filter: OutputFilter | undefined): OutputFilter {
  return <T>(value: T, policy: OutputPolicy): T => {
    const visible = visibleIntrospection(value, policy);
    return filter ? filter(visible, policy) : visible;
  };
}
