import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileMigrationUri, migrate, type QmpError } from 'qmp';
import { Qemu, withQemu } from '../qemu.js';

const machine = ['-M', 'pc', '-m', '32', '-S'];

test('a machine migrates into a file', async () => {
  await withQemu(machine, async (vm, qemu) => {
    const path = qemu.path("it's state");
    const migration = migrate(vm, await fileMigrationUri(vm, path), { interval: 20 });
    const seen = new Set<string>();
    for await (const { status } of migration.updates()) seen.add(status);
    assert.equal((await migration).status, 'completed');
    assert.ok(seen.has('completed'));
    assert.ok(statSync(path).size > 10_000);
    assert.equal(readFileSync(path).subarray(0, 4).toString('latin1'), 'QEVM');
  });
});

test('a machine migrates to another QEMU over a unix socket', async () => {
  await withQemu(machine, async (vm, qemu) => {
    const path = qemu.path('migration.sock');
    const target = await Qemu.start([...machine, '-incoming', `unix:${path}`]);
    try {
      const destination = await target.connect();
      const ended = await migrate(vm, `unix:${path}`);
      assert.equal(ended.status, 'completed');
      // The migration is complete a moment before the run state tells it.
      while ((await vm.execute('query-status')).status === 'finish-migrate') {}
      assert.equal((await vm.execute('query-status')).status, 'postmigrate');
      assert.match((await destination.execute('query-status')).status, /^(paused|prelaunch|inmigrate)$/);
      await destination.close();
    } finally {
      await target[Symbol.asyncDispose]();
    }
  });
});

test('a migration that cannot work says why', async () => {
  await withQemu(machine, async (vm, qemu) => {
    await assert.rejects(
      Promise.resolve(migrate(vm, 'exec:exit 1')),
      (error: QmpError) => error.code === 'QMP_OPERATION_FAILED' && /the migration failed: /.test(error.message),
    );
    await assert.rejects(Promise.resolve(migrate(vm, `unix:${qemu.path('nobody')}`)), /(migration|"migrate") failed: /);
    await assert.rejects(Promise.resolve(migrate(vm, 'nonsense')), /"migrate" failed: /);
  });
});

test('a migration is cancelled', async () => {
  await withQemu(machine, async (vm) => {
    await vm.execute('migrate-set-parameters', { 'max-bandwidth': 4096 });
    const migration = migrate(vm, 'exec:cat > /dev/null', { interval: 20 });
    for await (const { status } of migration.updates()) if (status === 'active') break;
    await migration.cancel();
    await assert.rejects(Promise.resolve(migration), (error: QmpError) => error.code === 'QMP_OPERATION_CANCELLED');
  });
});

test('a migration that is stuck is seen, and cancelled on request', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-stuck-'));
  const content = join(folder, 'content');
  writeFileSync(content, randomBytes(8 << 20));
  const sockets: Socket[] = [];
  const neverReads = createServer({ pauseOnConnect: true }, (socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => neverReads.listen(join(folder, 'sock'), resolve));
  try {
    await withQemu([...machine, '-device', `loader,file=${content},addr=0x200000,force-raw=on`], async (vm) => {
      const uri = `unix:${join(folder, 'sock')}`;
      const migration = migrate(vm, uri, { interval: 20, stallAfter: 300, onStall: 'cancel' });
      let longest = 0;
      for await (const { stalledFor } of migration.updates()) longest = Math.max(longest, stalledFor);
      await assert.rejects(Promise.resolve(migration), /it made no progress for 300 ms and was cancelled/);
      assert.ok(longest >= 300);
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    neverReads.close();
    rmSync(folder, { recursive: true });
  }
});
