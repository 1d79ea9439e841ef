/**
 * A thousand connections to as many monitors in one process: how long they take, and what each costs in memory.
 *
 *   node --expose-gc bench/client/connections.mjs [COUNT]
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'qmp';

const count = Number(process.argv[2] ?? 1000);
const folder = mkdtempSync(join(tmpdir(), 'qmp-bench-'));
const path = join(folder, 's');
const program = join(folder, 'instant-server');
execFileSync('gcc', ['-O2', '-o', program, new URL('instant-server.c', import.meta.url).pathname]);
const server = spawn(program, [path]);
await once(server.stdout, 'data');

const memory = () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heapUsed };
};
try {
  await (await connect(path)).close();
  const before = memory();
  const start = performance.now();
  const clients = [];
  while (clients.length < count) {
    const batch = Array.from({ length: Math.min(50, count - clients.length) }, () => connect(path));
    clients.push(...(await Promise.all(batch)));
  }
  await Promise.all(clients.map((client) => client.execute('query-status')));
  const milliseconds = performance.now() - start;
  const after = memory();
  const each = (bytes) => `${(bytes / count / 1024).toFixed(1)} kB`;
  console.log(`${count} connections, greeted, negotiated and answered in ${milliseconds.toFixed(0)} ms`);
  console.log(
    `memory each: ${each(after.heapUsed - before.heapUsed)} of heap, ${each(after.rss - before.rss)} resident`,
  );
  await Promise.all(clients.map((client) => client.close()));
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
