import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseWireLog } from 'qmp/testing';
import { runTool } from '../support/run-tool.js';

const machine = ['--', 'qemu-system-x86_64', '-nodefaults', '-display', 'none', '-M', 'none', '-name', 'wrapped'];

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qmp-wrap-'));
});
after(() => rm(folder, { recursive: true, force: true }));

for (const [tool, ...words] of [['qmp-shell-wrap'], ['qmp', 'launch']] as const) {
  test(`${[tool, ...words].join(' ')} starts a machine, attaches, and logs from the greeting to the end`, async () => {
    const log = join(folder, `${tool}.log`);
    const input = 'query-name\nquit\n';
    const { code, out, err } = await runTool(tool, [...words, '-l', log, ...machine], { input });
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(out.split('\n')[0], '{"return": {"name": "wrapped"}}');
    assert.equal((await stat(log)).mode & 0o777, 0o600);
    const entries = parseWireLog(await readFile(log, 'utf8'));
    const text = JSON.stringify(entries);
    for (const part of ['QMP', 'qmp_capabilities', 'query-name', 'wrapped', 'quit'])
      assert.ok(text.includes(part), part);
  });
}

test('a log that cannot be written starts no machine', async () => {
  const { code, out, err } = await runTool('qmp-shell-wrap', ['-l', '/nowhere/wire.log', ...machine]);
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /the log cannot be written.*\/nowhere\/wire\.log/);
});
