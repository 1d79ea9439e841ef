import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Migration, migrate, type QmpClient, type QmpError } from 'qmp';
import type { Api } from 'qmp/api/v7_2';
import { Qemu, withQemu } from '../qemu.js';

const machine = ['-M', 'pc', '-m', '64', '-S'];
const postcopy = { capabilities: [{ capability: 'postcopy-ram' as const, state: true }] };

/** Two QEMUs at the two ends of a slow migration, both ready for postcopy; undefined where the system refuses it. */
async function betweenTwo(
  use: (source: QmpClient<Api>, target: QmpClient<Api>, qemu: Qemu, other: Qemu) => Promise<void>,
  skip: (why: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-postcopy-'));
  const content = join(folder, 'content');
  writeFileSync(content, randomBytes(16 << 20));
  const filled = [...machine, '-device', `loader,file=${content},addr=0x200000,force-raw=on`];
  await withQemu(filled, async (source, qemu) => {
    const other = await Qemu.start([...filled, '-incoming', 'defer']);
    try {
      const target = await other.connect();
      try {
        await target.execute('migrate-set-capabilities', postcopy);
      } catch (error) {
        skip(`postcopy is not possible here: ${(error as QmpError).message}`);
        return;
      }
      await source.execute('migrate-set-capabilities', postcopy);
      await source.execute('migrate-set-parameters', { 'max-bandwidth': 65_536, 'max-postcopy-bandwidth': 65_536 });
      await target.execute('migrate-incoming', { uri: `unix:${qemu.path('ram.sock')}` });
      await use(source, target, qemu, other);
      target.destroy();
    } finally {
      await other[Symbol.asyncDispose]();
    }
  }).finally(() => rmSync(folder, { recursive: true }));
}

async function reached(migration: Migration, wanted: string): Promise<void> {
  for await (const { status } of migration.updates()) if (status === wanted) return;
  assert.fail(`the migration ended without "${wanted}": ${JSON.stringify(await migration)}`);
}

test('a migration switches to postcopy, is paused, recovers over a new connection and completes', async (context) => {
  await betweenTwo(
    async (source, target, qemu, other) => {
      const migration = migrate(source, `unix:${qemu.path('ram.sock')}`, { interval: 50 });
      await reached(migration, 'active');
      await migration.startPostcopy();
      await reached(migration, 'postcopy-active');
      // Before the target has taken over, a lost connection is the end of it.
      while ((await target.execute('query-status')).status === 'inmigrate') {}
      await migration.pausePostcopy();
      await reached(migration, 'postcopy-paused');
      while ((await target.execute('query-migrate')).status !== 'postcopy-paused') {}
      assert.equal(other.process.exitCode, null, other.stderr);
      await target.execute('migrate-recover', { uri: `unix:${qemu.path('again.sock')}` }, { oob: true });
      await source.execute('migrate-set-parameters', { 'max-postcopy-bandwidth': 0 });
      await migration.recover(`unix:${qemu.path('again.sock')}`);
      const seen = new Set<string>();
      for await (const { status } of migration.updates()) seen.add(status);
      assert.equal((await migration).status, 'completed');
      assert.equal((await source.execute('query-status')).status, 'postmigrate');
      assert.equal((await target.execute('query-migrate')).status, 'completed');
    },
    (why) => context.skip(why),
  );
});
