import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type OutputPolicy, type SchemaTable, tableCommands } from 'qapi';
import { startQemu } from './real-monitor.js';

const TABLE = new URL('../../../../conformance/qemu-7.2/system.table.json', import.meta.url);
const table = JSON.parse(readFileSync(TABLE, 'utf8')) as SchemaTable;
const names = ['query-qmp-schema', 'query-migrate-parameters'];
const filters = tableCommands(table, Object.fromEntries(names.map((name) => [name, undefined])));

/** What a real QEMU under a policy replies to each command. */
async function replies(compat: string): Promise<unknown[]> {
  const qemu = await startQemu(['-compat', compat]);
  try {
    const all: unknown[] = [];
    for (const name of names) all.push(await qemu.execute(name, '{}'));
    return all.map((reply) => (reply as { return: unknown }).return);
  } finally {
    await qemu.stop();
  }
}

const policies: [string, OutputPolicy][] = [
  ['deprecated-output=hide', { deprecatedOutput: 'hide' }],
  ['unstable-output=hide', { unstableOutput: 'hide' }],
  ['deprecated-output=hide,unstable-output=hide', { deprecatedOutput: 'hide', unstableOutput: 'hide' }],
];

test('a policy hides of the schema and of results what it hides in real QEMU', async () => {
  const everything = await replies('deprecated-output=accept');
  for (const [compat, policy] of policies) {
    const shown = filters.map(({ output }, index) => output?.(everything[index], policy));
    assert.deepEqual(shown, await replies(compat), compat);
  }
});
