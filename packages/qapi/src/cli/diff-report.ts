import type { Change, Comparison } from '../schema/change.js';

/** A comparison for people, one change a line. */
export function textReport({ changes, client, server }: Comparison): string {
  const lines = changes.map((change) => `${change.kind.padEnd(10)} ${change.path}: ${change.message}${effect(change)}`);
  return `${lines.map((line) => `${line}\n`).join('')}${summary(changes)}clients of the old schema: ${client}\nservers of the old schema: ${server}\n`;
}

/** A comparison as two Markdown tables: how many, and which. */
export function markdownReport({ changes, client, server }: Comparison): string {
  const rows = changes.map(
    (change) => `| ${change.kind} | \`${change.path}\` | ${change.message} | ${effect(change).slice(2) || '–'} |`,
  );
  const kinds = ['added', 'removed', 'widened', 'narrowed', 'changed', 'deprecated'] as const;
  const counts = kinds.map((kind) => changes.filter((change) => change.kind === kind).length);
  return `Clients of the old schema are **${client}** with a server of the new one;
servers of the old schema are **${server}** with clients of the new one.

| ${kinds.join(' | ')} |
|${kinds.map(() => '---:|').join('')}
| ${counts.join(' | ')} |

| change | where | what | breaks |
|---|---|---|---|
${rows.join('\n')}
`;
}

function summary(changes: readonly Change[]): string {
  const count = new Map<string, number>();
  for (const { kind } of changes) count.set(kind, (count.get(kind) ?? 0) + 1);
  return changes.length === 0
    ? 'no difference\n'
    : `${[...count].map(([kind, number]) => `${number} ${kind}`).join(', ')}\n`;
}

function effect({ breaksClient, breaksServer, unstable }: Change): string {
  const whom = [...(breaksClient ? ['old clients'] : []), ...(breaksServer ? ['old servers'] : [])].join(' and ');
  if (whom === '') return '';
  return unstable ? `, ${whom} (unstable, never promised)` : `, ${whom}`;
}
