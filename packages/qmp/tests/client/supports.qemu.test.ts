import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveSchema } from 'qmp';
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
