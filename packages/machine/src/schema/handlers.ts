/**
 * What joins the machine's schema and its code: names, flags and argument checks of the commands come from the schema,
 * handlers from the code. A handler that is missing or that returns something else does not compile.
 */

import { compileValidators } from 'qapi';
import { type Command, type CommandContext, type CommandHandler, prepare } from 'qmp/monitor';
import type { Commands, NoMembers } from '../api/index.js';
import { introspection } from '../api/introspection.js';
import { table } from '../api/table.js';

/** The commands that every monitor answers itself. */
type MonitorCommand = 'qmp_capabilities' | 'query-version' | 'query-commands';

/** The commands that need a handler of ours. */
export type MachineCommand = Exclude<keyof Commands, MonitorCommand | 'query-qmp-schema'>;

/** A command that returns nothing may leave it at that. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is the common case
type Answer<R> = [R] extends [NoMembers] ? R | void : R;

/** Runs one command. Its arguments have passed the schema's checks. */
export type Handler<C extends MachineCommand> = (
  args: Commands[C]['arguments'],
  context: CommandContext,
) => Answer<Commands[C]['return']> | Promise<Answer<Commands[C]['return']>>;

/** The handlers of some commands: what one file of the machine contributes. */
export type SomeHandlers<C extends MachineCommand> = { readonly [Name in C]: Handler<Name> };

/** The handlers of all commands. */
export type Handlers = SomeHandlers<MachineCommand>;

const validators = compileValidators(table);

/** Makes the commands for a monitor's registry. */
export function commandsOf(handlers: Handlers): Command[] {
  const named = Object.entries(handlers).map(([name, handler]) => command(name, handler as CommandHandler));
  const schema = prepare(introspection);
  return [...named, command('query-qmp-schema', () => schema)];
}

function command(name: string, handler: CommandHandler): Command {
  const row = table.commands[name];
  const validate = validators.get(name);
  if (!row || !validate) throw new Error(`The schema has no command "${name}"`);
  return {
    name,
    handler,
    validate,
    ...(row.oob ? { allowOob: true } : {}),
    ...(row.preconfig ? { allowPreconfig: true } : {}),
    ...(row.features ? { features: row.features } : {}),
  };
}
