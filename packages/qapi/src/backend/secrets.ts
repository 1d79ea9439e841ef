import type { CommandRow, MemberRow, SchemaTable, TypeRef } from './table.js';

/** The feature that marks a member of a schema whose value belongs into no log. */
const SECRET = 'secret';

/** Names of the members, at any depth of a command's arguments, that carry the feature `secret`. */
export function secretsOf(table: SchemaTable, row: CommandRow): string[] {
  const names = new Set<string>();
  const seen = new Set<string>();
  const members = (rows: readonly MemberRow[]): void => {
    for (const [spelling, type, ...features] of rows) {
      if (features.includes(SECRET)) names.add(spelling.replace(/^\*/, ''));
      visit(type);
    }
  };
  const visit = (ref: TypeRef): void => {
    const name = typeof ref === 'string' ? ref : ref[0];
    if (seen.has(name)) return;
    seen.add(name);
    for (const type of table.alternates[name] ?? []) visit(type);
    const object = table.objects[name];
    if (object === undefined) return;
    members(object.members);
    for (const branch of Object.values(object.branches ?? {})) visit(branch);
  };
  if (typeof row.arguments === 'string') visit(row.arguments);
  else members(row.arguments ?? []);
  return [...names];
}
