import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QmpError } from 'qmp';
import { hmp } from 'qmp/hmp';
import { withQemu } from '../client/qemu.js';

test('a line of the human monitor returns its text, and its complaints are errors', async () => {
  await withQemu(['-M', 'pc', '-m', '16', '-S'], async (vm) => {
    assert.equal(await hmp(vm, 'info status'), 'VM status: paused (prelaunch)\n');
    assert.equal(await hmp(vm, ''), '');
    assert.match(await hmp(vm, 'info registers', { cpu: 0 }), /RIP=|EIP=/);
    for (const line of ['no-such-command', 'stop now', 'device_del nothing', 'info nonsense extra']) {
      await assert.rejects(hmp(vm, line), (error: QmpError) => {
        assert.equal(error.code, 'QMP_COMMAND_FAILED', line);
        assert.match(error.message, /^human monitor: /);
        return true;
      });
    }
    await assert.rejects(hmp(vm, 'info registers', { cpu: 99 }), /"human-monitor-command" failed: /);
  });
});
