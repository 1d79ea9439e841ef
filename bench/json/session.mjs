/** Records sessions of real QEMU for the benchmarks: what its monitor printed, plain and pretty. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const qemu = process.env.QEMU ?? 'qemu-system-x86_64';

/** Commands whose replies are small, as a management program sends them, with stop/cont for the events. */
function smallCommands() {
  const names = [
    'query-status',
    'query-version',
    'query-name',
    'query-cpus-fast',
    'query-block',
    'query-chardev',
    'absent',
  ];
  return Array.from({ length: 9000 }, (_, index) => {
    const name = index % 9 < 7 ? names[index % 9] : index % 9 === 7 ? 'stop' : 'cont';
    return { execute: name, id: index };
  });
}

/**
 * Records one session.
 *
 * @param options `pretty`: as `pretty=on` prints; `schemas`: how many query-qmp-schema replies are mixed in.
 * @returns the bytes after the greeting.
 */
export async function recordSession({ pretty = false, schemas = 0 } = {}) {
  const commands = smallCommands();
  for (let index = 0; index < schemas; index++) {
    commands.splice(Math.floor((index * commands.length) / schemas), 0, {
      execute: 'query-qmp-schema',
      id: `schema-${index}`,
    });
  }
  return converse([{ execute: 'qmp_capabilities' }, ...commands, { execute: 'query-uuid', id: 'the end' }], pretty);
}

/** Records the reply to query-qmp-schema alone. */
export async function recordSchema() {
  const bytes = await converse(
    [{ execute: 'qmp_capabilities' }, { execute: 'query-qmp-schema', id: 'the end' }],
    false,
  );
  const lines = bytes.toString('latin1').trimEnd().split('\r\n');
  return Buffer.from(`${lines.at(-1)}\r\n`);
}

async function converse(commands, pretty) {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-bench-'));
  const path = join(folder, 'monitor.sock');
  const child = spawn(
    qemu,
    ['-machine', 'none', '-nodefaults', '-display', 'none', '-S']
      .concat(['-chardev', `socket,id=c,path=${path},server=on,wait=off`])
      .concat(['-mon', `chardev=c,mode=control,pretty=${pretty ? 'on' : 'off'}`]),
    { stdio: 'ignore' },
  );
  try {
    const socket = await dial(path);
    return await collect(socket, commands);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function dial(path) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const socket = createConnection(path);
    const connected = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (connected) return socket;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${qemu} did not open its monitor: is it installed?`);
}

async function collect(socket, commands) {
  socket.write(commands.map((command) => JSON.stringify(command)).join(''));
  const chunks = [];
  let tail = '';
  for await (const chunk of socket) {
    chunks.push(chunk);
    tail = (tail + chunk.toString('latin1')).slice(-200);
    if (/"id": "the end"\r?\n?\}?\r\n$/.test(tail)) break;
  }
  socket.destroy();
  return Buffer.concat(chunks);
}
