import { diff } from './diff-command.js';
import { all, check, docs, introspection, table, types } from './output-commands.js';
import type { Subcommand } from './subcommand.js';
import { ast, print } from './tree-commands.js';

/** All commands, in the order in which the help lists them. */
export const SUBCOMMANDS: readonly Subcommand[] = [check, types, docs, introspection, table, all, diff, print, ast];

export function findCommand(name: string | undefined): Subcommand | undefined {
  return SUBCOMMANDS.find((command) => command.name === name);
}
