/**
 * What joins the machine's schema and its code: names, flags and argument checks of the commands come from the schema,
 * handlers from the code. A handler that is missing or that returns something else does not compile.
 */

import { tableCommands, tableEvents } from 'qapi';
import {
  type Command,
  type CommandContext,
  type CommandHandler,
  type CommandRegistry,
  type EventDefinition,
  prepare,
} from 'qmp/monitor';
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

/** Makes the commands for a monitor's registry. */
export function commandsOf(handlers: Handlers): Command[] {
  const schema = prepare(introspection);
  const all = { ...handlers, 'query-qmp-schema': () => schema } as unknown as Record<string, CommandHandler>;
  return tableCommands(table, all);
}

/** Has the commands that every monitor answers itself checked by the schema, as the others are. */
export function checkMonitorCommands(commands: CommandRegistry): void {
  const names: readonly MonitorCommand[] = ['qmp_capabilities', 'query-version', 'query-commands'];
  for (const { name, validate } of tableCommands(table, Object.fromEntries(names.map((each) => [each, each])))) {
    const own = commands.get(name);
    if (own !== undefined && commands.remove(name)) commands.add({ ...own, validate });
  }
}

/** What policies and logs must know of the events. */
export function machineEvents(): EventDefinition[] {
  return tableEvents(table);
}
