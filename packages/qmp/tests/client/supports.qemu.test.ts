import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveSchema, QmpError } from 'qmp';
import { withQemu } from './qemu.js';

test('a real QEMU is asked for commands, arguments, values and features; newer commands narrow the type', async () => {
  const schemas = new Map<string, LiveSchema>();
  await withQemu(
    ['-M', 'none'],
    async (vm) => {
      assert.equal(await vm.supports('blockdev-add', 'arguments.node-name'), true);
      assert.equal(await vm.supports('blockdev-add', 'arguments.driver=qcow2'), true);
      assert.equal(await vm.supports('blockdev-add', 'arguments.driver=no-such-driver'), false);
      assert.equal(await vm.supports('blockdev-add', 'arguments.filename'), true, 'a member of a variant');
      assert.equal(await vm.supports('no-such-command'), false);
      assert.equal(await vm.supports('SHUTDOWN', 'data.reason=host-qmp-quit'), true);
      assert.equal(await vm.supports('query-status', 'return.status=running'), true);
      const withStatus = await vm.ifSupports('query-status', 'query-jobs');
      assert.ok(withStatus !== undefined);
      assert.deepEqual(await withStatus.execute('query-jobs'), []);
      assert.equal(schemas.size, 1);
    },
    { schemas },
  );
});

test('a real QEMU whose schema was not fetched: an unstable argument is told once, also after the schema came', async () => {
  await withQemu(['-M', 'none'], async (vm) => {
    const status = vm.status();
    await vm.execute('migrate-set-parameters', { 'x-checkpoint-delay': 100 });
    await vm.schema();
    await vm.execute('migrate-set-parameters', { 'x-checkpoint-delay': 200 });
    await vm.close();
    const told: string[] = [];
    for await (const item of status) if (item.type === 'warning') told.push(`${item.feature}: ${item.what}`);
    assert.deepEqual(told, ['unstable: argument "x-checkpoint-delay" of "migrate-set-parameters"']);
  });
});

test('a real QEMU, and what is unstable is refused: the schema is fetched first, once for several commands', async () => {
  const sent: string[] = [];
  await withQemu(
    ['-M', 'none'],
    async (vm) => {
      const outcomes = await Promise.allSettled([
        vm.execute('query-status'),
        vm.execute('migrate-set-parameters', { 'x-checkpoint-delay': 100 }),
        vm.execute('query-name'),
      ]);
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as QmpError).code : 'done')),
        ['done', 'QMP_POLICY', 'done'],
      );
      assert.deepEqual(sent, ['query-qmp-schema', 'query-status', 'query-name']);
    },
    {
      usage: { unstable: 'refuse' },
      tracer: (event) => void (event.type === 'command' && sent.push(event.command)),
    },
  );
});
