/**
 * What goes wrong, as a user meets it: each time one clear message with the cause and the next step on stderr, an exit
 * code that is not 0, and no stack trace.
 */
import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type Program, root, scratch, start } from './support.js';

const bin = (folder: string, name: string) => join(root, 'packages', folder, 'bin', `${name}.js`);
const tool = (t: TestContext, name: string, ...args: string[]) => start(t, 'node', [bin('tools', name), ...args]);
const machine = (t: TestContext, ...args: string[]) => start(t, 'node', [bin('machine', 'qmp-machine'), ...args]);

/** Waits for the end and checks the form of the failure. */
async function fails(program: Program, code: number, message: RegExp): Promise<void> {
  const { code: actual } = await program.exited;
  assert.match(program.stderr, message);
  assert.equal(actual, code, program.stderr);
  assert.doesNotMatch(program.stderr, /^\s+at /m, 'no stack trace');
}

/** A peer on a unix socket that does with each client as told. */
async function peer(t: TestContext, behave: (socket: Socket) => void): Promise<string> {
  const path = join(await scratch(t), 'peer.sock');
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    behave(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return path;
}

const greeting =
  '{"QMP": {"version": {"qemu": {"micro": 0, "minor": 2, "major": 7}, "package": ""}, "capabilities": []}}\r\n';

describe('bad input, as a user meets it', () => {
  test('an address that cannot be read', async (t) => {
    await fails(tool(t, 'vm-info', 'tcp:localhost'), 2, /tcp:localhost/);
    await fails(machine(t, '-display', 'none', '-qmp', 'tcp:localhost:port'), 1, /port/);
  });

  test('a socket that is not there, and one whose path is too long', async (t) => {
    const folder = await scratch(t);
    await fails(tool(t, 'vm-info', join(folder, 'gone.sock')), 3, /gone\.sock.*(no such|does not exist)/is);
    await fails(tool(t, 'vm-info', join(folder, 'x'.repeat(200))), 2, /too long|at most/i);
  });

  test('a port that another process listens on', async (t) => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    t.after(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await fails(
      machine(t, '-display', 'none', '-qmp', `tcp:127.0.0.1:${port},server=on,wait=off`),
      1,
      /listens|in use/i,
    );
  });

  test('a peer that is not QMP', async (t) => {
    const path = await peer(t, (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    await fails(tool(t, 'vm-info', path), 3, /not.*QMP|QMP greeting/i);
  });

  test('a peer that accepts and stays silent', async (t) => {
    const path = await peer(t, () => {});
    await fails(tool(t, 'vm-info', '--timeout', '1', path), 4, /someone else|somebody else|holds this monitor/i);
  });

  test('garbage in the middle of the stream', async (t) => {
    const path = await peer(t, (socket) => {
      socket.write(greeting);
      socket.once('data', (first) => {
        socket.write(`${JSON.stringify({ return: {}, id: JSON.parse(first.toString()).id })}\r\n{"return": %%%\r\n`);
      });
    });
    await fails(tool(t, 'qmp', 'exec', '--timeout', '2', path, 'query-status'), 3, /JSON|%%%/);
  });

  test('a peer that is killed in the middle of a command', async (t) => {
    const path = await peer(t, (socket) => {
      socket.write(greeting);
      socket.once('data', (first) => {
        socket.write(`${JSON.stringify({ return: {}, id: JSON.parse(first.toString()).id })}\r\n`);
        socket.once('data', () => socket.destroy());
      });
    });
    await fails(tool(t, 'qmp', 'exec', path, 'query-status'), 3, /closed|gone|went away|disconnect|ended/i);
  });
});
