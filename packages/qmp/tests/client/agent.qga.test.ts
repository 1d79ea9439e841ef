import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAgent, type QmpError } from 'qmp';

/** Connects as soon as the agent lets it: it may not listen yet, or still have others in its queue. */
async function dial(path: string): Promise<Socket> {
  for (;;) {
    const socket = connectSocket(path);
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    if (open) return socket;
    await delay(10);
  }
}

async function withAgent(use: (socket: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-agent-'));
  const socket = join(folder, 's');
  const args = ['-m', 'unix-listen', '-p', socket, '-t', folder, '-l', join(folder, 'log'), '-f', join(folder, 'pid')];
  const agent = spawn('qemu-ga', args, {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  try {
    (await dial(socket)).destroy();
    await use(socket);
  } finally {
    const gone = once(agent, 'exit');
    agent.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true });
  }
}

test('a real guest agent answers: typed, exact nanoseconds, files', async () => {
  await withAgent(async (socket) => {
    const agent = await connectAgent(socket);
    const info = await agent.execute('guest-info');
    assert.ok(info.supported_commands.some(({ name }) => name === 'guest-ping'));
    const time = await agent.execute('guest-get-time');
    assert.equal(typeof time, 'bigint');
    assert.ok(time > 1_600_000_000_000_000_000n);
    const os = await agent.execute('guest-get-osinfo');
    assert.equal(typeof os['kernel-release'], 'string');
    await assert.rejects(agent.execute('guest-file-open', { path: '/no/such/file' }), (error: QmpError) => {
      assert.match(error.message, /"guest-file-open" failed: failed to open file/);
      return true;
    });
    await agent.close();
  });
});

test('late replies and half a command of a former client do not confuse the next one', async () => {
  await withAgent(async (socket) => {
    for (let round = 0; round < 5; round++) {
      const former = await dial(socket);
      former.write('{"execute":"guest-info"}'.repeat(20));
      former.write('{"execute":"guest-ping","argum');
      former.destroy();
      const agent = await connectAgent(socket);
      assert.deepEqual(await agent.execute('guest-ping'), {});
      await agent.close();
    }
  });
});

test('what the agent writes reaches a log without its contents', async () => {
  await withAgent(async (socket) => {
    const lines: string[] = [];
    const agent = await connectAgent(socket, { tracer: (event) => void lines.push(JSON.stringify(event)) });
    const handle = await agent.execute('guest-file-open', { path: `${socket}.txt`, mode: 'w+' });
    await agent.execute('guest-file-write', { handle, 'buf-b64': Buffer.from('top secret').toString('base64') });
    await agent.execute('guest-file-seek', { handle, offset: 0, whence: 'set' });
    const read = await agent.execute('guest-file-read', { handle });
    assert.equal(Buffer.from(read['buf-b64'], 'base64').toString(), 'top secret');
    await agent.execute('guest-file-close', { handle });
    await agent.close();
    assert.ok(lines.length >= 10);
    assert.equal(lines.join('\n').includes(Buffer.from('top secret').toString('base64')), false);
  });
});
