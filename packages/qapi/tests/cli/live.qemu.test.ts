import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BIN = fileURLToPath(new URL('../../bin/qapi-gen.js', import.meta.url));
const RECORDED = fileURLToPath(new URL('../../../../conformance/qemu-7.2/system.introspection.json', import.meta.url));
const run = promisify(execFile);

let directory = '';
let socket = '';
let stop: () => Promise<void>;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'qapi-live-'));
  socket = join(directory, 'vm.sock');
  const argv = ['-M', 'none', '-nodefaults', '-display', 'none', '-qmp', `unix:${socket},server=on,wait=off`];
  const child = spawn('qemu-system-x86_64', argv, { stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  stop = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  while (!existsSync(socket) && child.exitCode === null) await sleep(10);
});

after(async () => {
  await stop();
  rmSync(directory, { recursive: true });
});

test('types are made from the schema of a running server', async () => {
  await run(process.execPath, [BIN, 'types', '--from', `unix:${socket}`, '-o', join(directory, 'api')]);
  const commands = readFileSync(join(directory, 'api', 'commands.ts'), 'utf8');
  assert.match(commands, /^ {2}'query-status': \{ arguments: NoMembers; return: \w+ \};$/m);
});

test('a running server is checked, documented and compared like a file', async () => {
  const { stdout } = await run(process.execPath, [BIN, 'check', socket]);
  assert.match(stdout, /^\d+ commands, \d+ events: no findings\n$/);
  await run(process.execPath, [BIN, 'docs', '--from', socket, '-o', join(directory, 'docs')]);
  assert.match(readFileSync(join(directory, 'docs', 'qmp-commands.md'), 'utf8'), /^### `blockdev-add`$/m);
  const { stdout: same } = await run(process.execPath, [BIN, 'diff', socket, socket]);
  assert.match(same, /^no difference\n/);
  const outcome = await run(process.execPath, [BIN, 'diff', '--json', RECORDED, socket]).catch((error) => error);
  assert.ok(['compatible', 'incompatible'].includes(JSON.parse(outcome.stdout).client));
});
