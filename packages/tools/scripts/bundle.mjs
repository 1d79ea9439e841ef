/**
 * Bundles each program into one file, `bundle/NAME.cjs`, and writes the manual pages, `man/NAME.1`.
 *
 * Beside it goes V8's compiled code, from one run against a server that knows nothing.
 *
 * Why: a tool's cold start is the loading of its modules. One CommonJS file costs half of what a hundred small modules
 * do. `bin/start.js` falls back to `dist/` where the bundle is missing or older.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { manPage } from '../dist/cli/man-page.js';
import { toolsVersion } from '../dist/cli/version.js';
import { allSpecs } from '../dist/qmp/all-specs.js';

const folder = new URL('..', import.meta.url);
const entries = {
  qmp: 'qmp/main',
  'qmp-shell': 'qmp-shell/main',
  'qmp-shell-wrap': 'qmp-shell/wrap-main',
  'vm-info': 'vm-info/main',
  short: 'qmp/short-main',
};

await build({
  absWorkingDir: new URL('.', folder).pathname,
  entryPoints: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, `dist/${path}.js`])),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'linked',
  outdir: 'bundle',
  outExtension: { '.js': '.cjs' },
  external: ['ws', 'koffi', 'qmp-machine'],
  logLevel: 'warning',
});

// Modules of Node that most runs never touch are loaded at their first use: child processes alone cost as much as the
// whole of a query.
const lazy =
  'const lazily=(name)=>new Proxy({},{get:(_,key)=>require(name)[key]}),imported=(name)=>require("../bin/import.js")(name);';
for (const name of Object.keys(entries)) {
  const file = new URL(`bundle/${name}.cjs`, folder);
  const [first, ...rest] = readFileSync(file, 'utf8').split(/(?<=^"use strict";)/);
  let body = rest
    .join('')
    .replace(
      /=require\("(node:(?:child_process|fs\/promises|readline|tls|dns|http|https|crypto|perf_hooks|worker_threads|zlib))"\)/g,
      '=lazily("$1")',
    );
  body = body.replace(/\bimport\((?="|[\w$]+\))/g, 'imported(');
  if (first !== '"use strict";' || !body.includes('lazily(')) throw new Error(`${name}.cjs is not shaped as expected`);
  writeFileSync(file, first + lazy + body);
}

await withServer(async (address) => {
  const runs = {
    qmp: ['exec', address, 'query-status'],
    'vm-info': [address],
    'qmp-shell': [address],
    short: [address],
  };
  for (const [name, args] of Object.entries(runs)) {
    const bundle = fileURLToPath(new URL(`bundle/${name}.cjs`, folder));
    rmSync(`${bundle}.cache`, { force: true });
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
