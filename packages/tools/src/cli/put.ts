import { type JsonValue, stringify } from 'qmp/json';
import { themeFor } from '../output/theme.js';
import type { Invocation } from './command-spec.js';
import { flag } from './options.js';

/** Tells whether output is for a program: asked for by `--json`, or not going to a terminal. */
export function forProgram(call: Invocation): boolean {
  return flag(call, 'json') || call.io.output.isTTY !== true;
}

/** Prints what a command returned: JSON on one line for programs, laid out for people. */
export async function putValue(call: Invocation, value: JsonValue): Promise<void> {
  const { output, env } = call.io;
  if (forProgram(call)) return putJson(call, value);
  const { showValue } = await import('../output/show-value.js');
  output.write(`${await showValue(value, themeFor(output, env), output.columns ?? 80)}\n`);
}

/** Prints one value on one line. */
export function putJson(call: Invocation, value: JsonValue): void {
  call.io.output.write(`${stringify(value)}\n`);
}

/** Prints rows: JSON objects, one a line, with `--json`; a table otherwise. */
export async function putRows(
  call: Invocation,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  values: readonly JsonValue[],
): Promise<void> {
  if (flag(call, 'json')) {
    for (const value of values) putJson(call, value);
    return;
  }
  if (rows.length === 0) return;
  const { output, env } = call.io;
  const { table } = await import('../output/table.js');
  output.write(`${await table(head, rows, themeFor(output, env), columnsOf(call))}\n`);
}

/** The width to lay out for: that of the terminal, `COLUMNS`, or no limit for a file or a pipe. */
export function columnsOf({ io }: Invocation): number {
  return io.output.columns ?? (Number(io.env.COLUMNS) || Number.POSITIVE_INFINITY);
}

/** Prints a line for a person; nothing with `--json`. */
export function say(call: Invocation, text: string): void {
  if (!flag(call, 'json')) call.io.output.write(`${text}\n`);
}
