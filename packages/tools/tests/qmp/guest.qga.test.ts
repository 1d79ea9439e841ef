import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fakeQmp } from '../support/fake-server.js';
import { jsonLines, runTool } from '../support/run-tool.js';

let folder: string;
let socket: string;
let agent: ChildProcess;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qmp-agent-'));
  socket = join(folder, 'agent.sock');
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  agent = spawn('qemu-ga', ['-m', 'unix-listen', '-p', socket, '-t', folder], { stdio: 'ignore', env: { PATH: path } });
  for (let tries = 0; !existsSync(socket) && tries < 500; tries++) await delay(10);
});
after(async () => {
  const gone = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill('SIGKILL');
  await gone;
  await rm(folder, { recursive: true, force: true });
});

test('the agent is pinged, reads files and runs programs', async () => {
  const ping = await runTool('qmp', ['guest', socket, 'ping']);
  assert.deepEqual([ping.code, ping.out], [0, 'the agent answers\n']);
  writeFileSync(join(folder, 'text'), 'line\n'.repeat(100_000));
  const cat = await runTool('qmp', ['guest', socket, 'cat', join(folder, 'text')]);
  assert.equal(cat.out.length, 500_000);
  const failing = await runTool('qmp', ['guest', socket, 'exec', 'sh', '-c', 'echo out; echo err >&2; exit 7']);
  assert.deepEqual([failing.code, failing.out, failing.err], [7, 'out\n', 'err\n']);
});

test('qemu-ga-client takes the arguments that people know', async () => {
  const option = await runTool('qemu-ga-client', [`--address=${socket}`, 'fsfreeze', 'status']);
  assert.deepEqual(jsonLines(option.out), ['thawed']);
  const variable = await runTool('qemu-ga-client', ['guest-get-time'], { env: { QGA_CLIENT_ADDRESS: socket } });
  assert.match(variable.out, /^\d{16,}\n$/);
  assert.equal((await runTool('qemu-ga-client', ['ping'])).code, 2);
});

test('an unknown command names the nearest', async () => {
  const { code, err } = await runTool('qmp', ['guest', socket, 'guest-pong']);
  assert.equal(code, 2);
  assert.match(err, /did you mean 'guest-ping'\?/);
});

test('qmp-shell -N talks to the agent, and vm-info asks it', async () => {
  const shell = await runTool('qmp-shell', ['-N', socket], { input: 'guest-ping\nguest-get-timezone\n' });
  assert.equal(shell.code, 0);
  assert.equal(jsonLines(shell.out).length, 2);
});

test('vm-info tells what only the guest knows, and --watch what its network carries', async () => {
  await using server = await fakeQmp(({ execute }) => (execute === 'query-status' ? { status: 'running' } : {}));
  const info = await runTool('vm-info', ['--agent', socket, server.path]);
  assert.deepEqual([info.code, info.err], [0, '']);
  assert.match(info.out, new RegExp(`^Agent +${hostname()}, .*agent \\d+\\.\\d+`, 'm'));
  const watched = await runTool('vm-info', ['-w', '-n', '0.05', '--json', '--agent', socket, server.path], {
    during: (out, child) => {
      if (out.split('\n').length > 2) child.kill('SIGINT');
    },
  });
  assert.equal(watched.code, 0);
  const [first, second] = jsonLines(watched.out) as { agent: { hostname: string }; networkRates: unknown[] }[];
  assert.equal(first?.agent.hostname, hostname());
  assert.deepEqual(first?.networkRates, []);
  const cards = Object.keys(networkInterfaces()).filter((name) => name !== 'lo');
  for (const name of cards) assert.ok(JSON.stringify(second?.networkRates).includes(`"interface":"${name}"`), name);
});
