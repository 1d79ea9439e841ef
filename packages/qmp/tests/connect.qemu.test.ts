import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect, type QmpClient } from 'qmp';
import type { Api } from 'qmp/api';

test('connect takes an address and talks to QEMU', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-connect-'));
  const path = join(folder, 'q');
  const qemu = spawn('qemu-system-x86_64', [
    '-M',
    'none',
    '-display',
    'none',
    '-qmp',
    `unix:${path},server=on,wait=off`,
  ]);
  const gone = new Promise((resolve) => qemu.once('exit', resolve));
  try {
    let client: QmpClient<Api> | undefined;
    while (client === undefined) client = await connect(path).catch(() => undefined);
    const status = await client.execute('query-status');
    assert.equal(status.status, 'running');
    await client.close();
  } finally {
    qemu.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true });
  }
});
