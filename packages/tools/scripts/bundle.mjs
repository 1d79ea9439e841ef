/**
 * Bundles each program into one file, `bundle/NAME.cjs`, and writes the manual pages, `man/NAME.1`.
 *
 * Beside each bundle goes V8's compiled code, from one run against a server that knows nothing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePrograms } from '../../../scripts/bundle-programs.mjs';
import { manPage } from '../dist/cli/man-page.js';
import { toolsVersion } from '../dist/cli/version.js';
import { allSpecs } from '../dist/qmp/all-specs.js';

const folder = new URL('..', import.meta.url);
const entries = {
  qmp: 'qmp/main',
  'qmp-light': 'qmp/light-main',
  'qmp-shell': 'qmp-shell/main',
  'qmp-shell-wrap': 'qmp-shell/wrap-main',
  'vm-info': 'vm-info/main',
  short: 'qmp/short-main',
};

await bundlePrograms(folder, entries);

await withServer(async (address) => {
  const runs = {
    qmp: ['block', 'ls', address],
    'qmp-light': ['exec', address, 'query-status'],
    'vm-info': [address],
    'qmp-shell': [address],
    short: [address],
  };
  for (const [name, args] of Object.entries(runs)) {
    const bundle = fileURLToPath(new URL(`bundle/${name}.cjs`, folder));
    const script = fileURLToPath(new URL('scripts/code-cache.cjs', folder));
    const child = spawn(process.execPath, [script, bundle, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 10_000,
    });
    await once(child, 'exit');
  }
});

mkdirSync(new URL('man', folder), { recursive: true });
for (const spec of allSpecs) writeFileSync(new URL(`man/${spec.name}.1`, folder), manPage(spec, toolsVersion));

/** A server that answers every command with an empty object: enough for programs to run through their common code. */
async function withServer(use) {
  const temporary = mkdtempSync(join(tmpdir(), 'qmp-bundle-'));
  const path = join(temporary, 'server.sock');
  const greeting = { QMP: { version: { qemu: { major: 7, minor: 2, micro: 0 }, package: '' }, capabilities: [] } };
  const server = createServer((socket) => {
    socket.write(`${JSON.stringify(greeting)}\r\n`);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const command of chunk.toString().split(/(?=\{"execute")/)) {
        const id = /"id":("[^"]*"|\d+)/.exec(command)?.[1];
        socket.write(`{"return": {}${id === undefined ? '' : `, "id": ${id}`}}\r\n`);
      }
    });
  });
  await new Promise((resolve) => server.listen(path, resolve));
  try {
    await use(path);
  } finally {
    server.close();
    rmSync(temporary, { recursive: true, force: true });
  }
}
