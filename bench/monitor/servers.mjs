/** The servers that are measured side by side, each on a unix socket of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const conformance = fileURLToPath(new URL('../../conformance/', import.meta.url));

/** Builds the generator and starts QEMU, the minimal Node server and the reference monitor (`poll`: its option). */
export async function startServers({ clients = 1, qemu = true, poll } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-bench-'));
  const load = join(folder, 'load');
  execFileSync('gcc', ['-O2', '-o', load, join(here, 'load.c')]);
  const socket = (name) => join(folder, `${name}.sock`);
  const launch = join(folder, 'launch.json');
  writeFileSync(launch, JSON.stringify({ sockets: [socket('ours')], clients, memberOrder: 'given', poll }));
  const monitor = `unix:${socket('qemu')},server=on,wait=off`;
  const commands = {
    minimal: [
      process.execPath,
      join(here, 'minimal-server.mjs'),
      socket('minimal'),
      `${conformance}qemu-7.2/system.introspection.json`,
    ],
    ours: [process.execPath, `${conformance}reference-monitor.mjs`, launch],
    ...(qemu && {
      qemu: ['qemu-system-x86_64', '-display', 'none', '-nodefaults', '-S', '-machine', 'none', '-qmp', monitor],
    }),
  };
  const children = Object.entries(commands).map(([name, [program, ...args]]) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    child.once('error', (error) => console.error(`${name} does not start: ${error.message}`));
    return child;
  });
  for (const name of Object.keys(commands)) while (!existsSync(socket(name))) await sleep(20);
  await sleep(100);
  return {
    names: Object.keys(commands),
    pid: (name) => children[Object.keys(commands).indexOf(name)].pid,
    socket,
    /** Runs the generator once. */
    run: (name, mode, count, extra) =>
      JSON.parse(
        execFileSync(load, [socket(name), mode, String(count), ...(extra === undefined ? [] : [String(extra)])]),
      ),
    async stop() {
      const gone = children.map((child) => child.exitCode ?? new Promise((resolve) => child.once('exit', resolve)));
      for (const child of children) child.kill();
      await Promise.all(gone);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
