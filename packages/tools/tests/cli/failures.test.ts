import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeQmp, fakeServer } from '../support/fake-server.js';
import { type Finished, type RunOptions, runTool, toolPath } from '../support/run-tool.js';

/** Runs each kind of tool against an address: all have to fail alike. */
function everyTool(address: string, run: RunOptions = {}, ...options: string[]): Promise<Finished[]> {
  return Promise.all([
    runTool('vm-info', [...options, address], run),
    runTool('qmp', ['exec', ...options, address, 'query-status'], run),
    runTool('qmp-shell', [...options, address], { ...run, input: 'query-status\n' }),
    runTool('qom-list', [...options, address], run),
  ]);
}

function assertFailure(finished: Finished, code: number, ...messages: RegExp[]): void {
  assert.equal(finished.code, code, finished.err);
  assert.equal(finished.out, '');
  for (const message of messages) assert.match(finished.err, message);
  assert.doesNotMatch(finished.err, /^ {4}at /m, 'no stack trace');
}

test('a path without a socket: code 3, the path, and what to check', async () => {
  for (const one of await everyTool('/nowhere/vm.sock'))
    assertFailure(one, 3, /\/nowhere\/vm\.sock/, /no such socket/, /Check/);
});

test('a port where nobody listens: code 3', async () => {
  for (const one of await everyTool('127.0.0.1:1')) assertFailure(one, 3, /127\.0\.0\.1:1/, /refused|nobody/i);
});

test('a file that is no socket: code 3', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-file-'));
  try {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    for (const one of await everyTool(path)) assertFailure(one, 3, /not a socket|no socket|refused/i);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a socket without permission: code 3', async () => {
  await using server = await fakeQmp(() => ({}));
  chmodSync(server.path, 0);
  for (const one of await everyTool(server.path, { asNobody: true })) assertFailure(one, 3, /permission/i);
});

test('an address that is none: code 2', async () => {
  for (const one of await everyTool('tcp:a:b:c')) assertFailure(one, 2, /tcp:a:b:c|port/);
});

test('a monitor that accepts and stays silent: code 4, and why that is so', async () => {
  await using server = await fakeServer(() => undefined);
  for (const one of await everyTool(server.path, {}, '-t', '0.3')) assertFailure(one, 4, /greet/i, /other|else/i);
});

test('a server that is not QMP: code 3, and what it seems to be', async () => {
  await using server = await fakeServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
  for (const one of await everyTool(server.path, {}, '-t', '5')) assertFailure(one, 3, /SSH/);
});

test('a server that does not answer a command: code 4', async () => {
  await using server = await fakeQmp(() => undefined);
  const exec = await runTool('qmp', ['exec', '-t', '0.3', server.path, 'query-status']);
  assertFailure(exec, 4, /query-status/);
});

test('a machine that is gone in the middle of a command: code 3', async () => {
  await using server = await fakeQmp((_message, socket) => void socket.destroy());
  for (const one of await everyTool(server.path)) assertFailure(one, 3, /gone|closed|lost|ended/i);
});

test('garbage in the middle: code 3', async () => {
  await using server = await fakeQmp((_message, socket) => void socket.write('}\u0001garbage]\r\n'));
  const exec = await runTool('qmp', ['exec', '-t', '5', server.path, 'query-status']);
  assertFailure(exec, 3);
});

test('a reply of sixty megabytes is printed whole', { timeout: 120_000 }, async () => {
  const size = 60 * 1024 * 1024;
  await using server = await fakeQmp(() => 'x'.repeat(size));
  const large = await runTool('qmp', ['exec', server.path, 'query-status']);
  assert.equal(large.code, 0, large.err);
  assert.equal(large.out.length, size + 3);
});

test('a reader that goes away ends the tool quietly', async () => {
  await using server = await fakeQmp(() => ({}));
  const line = `${process.execPath} ${toolPath('qmp-shell')} ${server.path} | head -1`;
  const child = spawn('bash', ['-c', `yes query-status | head -5000 | ${line}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdout.resume();
  await new Promise((resolve) => child.once('close', resolve));
  assert.doesNotMatch(err, /EPIPE|at /);
});

test('control characters from a server never reach the terminal', async () => {
  await using server = await fakeQmp(({ execute }) =>
    execute === 'query-name' ? { name: 'a\u001b]0;owned\u0007b' } : new Error('no\u001b[31m such thing'),
  );
  const info = await runTool('vm-info', [server.path], { env: { FORCE_COLOR: '0' } });
  assert.match(info.out, /a\^\[\]0;owned\^Gb/);
  const refused = await runTool('qmp', ['exec', server.path, 'query-status']);
  assert.ok(!refused.err.includes('\u001b'));
});

test('a locale without UTF-8 gets ASCII', async () => {
  await using server = await fakeQmp(({ execute }) =>
    execute === 'query-cpus-fast' ? [{ 'qom-type': 'qemu64-x86_64-cpu' }] : {},
  );
  const info = await runTool('vm-info', [server.path], { env: { LANG: 'C', LC_ALL: 'C' } });
  assert.equal(info.code, 0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is what is meant
  assert.match(info.out, /^[\u0000-\u007f]*$/);
  assert.match(info.out, /1 x qemu64/);
});

test('QMP_DEBUG shows the stack for those who ask', async () => {
  const { err } = await runTool('vm-info', ['/nowhere.sock'], { env: { QMP_DEBUG: '1' } });
  assert.match(err, /^ {4}at /m);
});
