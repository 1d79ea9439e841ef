import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeQmp } from '../support/fake-server.js';
import { Terminal } from '../support/tmux.js';

/** A shell at its prompt. */
async function shell(path: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Terminal> {
  const terminal = new Terminal('qmp-shell', [...args, path], { env });
  await terminal.see(/\(QEMU\)$/m);
  return terminal;
}

test('a reply of twenty megabytes reaches the pager whole', { timeout: 120_000 }, async () => {
  const size = 20 * 1024 * 1024;
  await using server = await fakeQmp(({ execute }) => (execute === 'query-name' ? { name: 'x'.repeat(size) } : {}));
  const folder = mkdtempSync(join(tmpdir(), 'qmp-pager-'));
  try {
    writeFileSync(join(folder, 'pager'), 'echo "got $(wc -c) bytes"\n');
    await using terminal = await shell(server.path, [], { PAGER: `sh ${join(folder, 'pager')}` });
    terminal.type('query-name');
    terminal.press('Enter');
    const screen = await terminal.see(/got +\d+ bytes/);
    assert.ok(Number(/got +(\d+) bytes/.exec(screen)?.[1]) > size);
    await terminal.see(/\(QEMU\)$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('Ctrl-C ends the waiting for a reply, not the shell', async () => {
  let arrived = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await using server = await fakeQmp(({ execute }) => (execute === 'stop' ? arrived() : {}));
  await using terminal = await shell(server.path);
  terminal.type('stop');
  terminal.press('Enter');
  await asked;
  terminal.press('C-c');
  await terminal.see(/no longer waiting for stop \(it was sent, and may still be carried\s+out\)\n\(QEMU\)$/);
  terminal.press('C-d');
  await terminal.see(/^exit 0$/m);
});

test('Ctrl-C ends the waiting for a completion too', async () => {
  const schema = [
    { name: '0', 'meta-type': 'object', members: [{ name: 'id', type: 'str' }] },
    { name: 'str', 'meta-type': 'builtin', 'json-type': 'string' },
    { name: 'device_del', 'meta-type': 'command', 'arg-type': '0', 'ret-type': '0' },
  ];
  let arrived = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const answer = ({ execute }: { execute: string }): unknown => (execute === 'qom-list' ? arrived() : schema);
  await using server = await fakeQmp(answer);
  await using terminal = await shell(server.path);
  terminal.type('device_del id=');
  terminal.press('Tab');
  await asked;
  terminal.type('never shown');
  terminal.press('C-c');
  terminal.type('help device_del');
  terminal.press('Enter');
  const screen = await terminal.see(/ id +str +\(needed\)/);
  assert.doesNotMatch(screen, /never shown/);
});

test('a machine that goes in the middle of a command: told, and code 3 without reconnecting', async () => {
  const answer = ({ execute }: { execute: string }, socket: Socket): unknown => {
    if (execute !== 'stop') return {};
    socket.destroy();
    return undefined;
  };
  await using server = await fakeQmp(answer);
  await using terminal = await shell(server.path, ['--no-reconnect']);
  terminal.type('stop');
  terminal.press('Enter');
  const screen = await terminal.see(/^exit 3$/m);
  assert.match(screen, /lost|closed|gone|ended/);
  await using patient = await shell(server.path);
  patient.type('stop');
  patient.press('Enter');
  await patient.see(/connected again/);
  await patient.see(/\(QEMU\)$/);
});

test('a locale without UTF-8 draws plots in ASCII', async () => {
  await using server = await fakeQmp(({ execute }) =>
    execute === 'query-blockstats' ? [{ device: 'disk0', stats: { rd_bytes: 0, wr_bytes: 0 } }] : {},
  );
  await using terminal = new Terminal('vm-info', ['-w', '-n', '0.05', server.path], {
    env: { LANG: 'C', LC_ALL: 'C' },
  });
  await terminal.see(/^disk0 +read +0 B\/s _{3,} +write +0 B\/s _{3,}$/m);
});
