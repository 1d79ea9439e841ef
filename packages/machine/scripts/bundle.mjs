/**
 * Bundles the program and its emulator thread into one file each, with V8's compiled code of what a run uses:
 * `bundle/cli/main.cjs` and `bundle/emulator/node-worker.cjs`.
 *
 * Why: a start is the loading of modules. One file with its compiled code costs a third of what two hundred small modules
 * do. Folders are those of `dist/`, so that paths relative to a module hold. `bin/start.js` falls back to `dist/` where
 * the bundle is missing or older.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = new URL('..', import.meta.url);
const entries = ['cli/main', 'emulator/node-worker'];

rmSync(new URL('bundle', folder), { recursive: true, force: true });
await build({
  absWorkingDir: fileURLToPath(folder),
  entryPoints: Object.fromEntries(entries.map((path) => [path, `dist/${path}.js`])),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'linked',
  outdir: 'bundle',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': 'moduleUrl' },
  external: ['ws', 'koffi', '@lydell/node-pty'],
  logLevel: 'warning',
});

// Modules of Node that most runs never touch are loaded at their first use.
const prelude = [
  'const moduleUrl=require("node:url").pathToFileURL(__filename).href',
  'lazily=(name)=>new Proxy({},{get:(_,key)=>require(name)[key]})',
  'imported=(name)=>require("../../bin/import.js")(name);',
].join(',');
for (const name of entries) {
  const file = new URL(`bundle/${name}.cjs`, folder);
  const text = readFileSync(file, 'utf8');
  const start = '"use strict";';
  if (!text.startsWith(start)) throw new Error(`${name}.cjs is not shaped as expected`);
  const body = text
    .slice(start.length)
    .replace(
      /=require\("((?:node:)?(?:child_process|fs\/promises|readline|tls|dns|http|https|crypto|perf_hooks|zlib))"\)/g,
      '=lazily("$1")',
    )
    .replace(/\bimport\((?="|[\w$]+\))/g, 'imported(');
  writeFileSync(file, start + prelude + body);
}
writeFileSync(new URL('bundle/package.json', folder), '{ "type": "commonjs" }\n');

const threadEntry = new URL('bundle/emulator/node-worker.js', folder);
writeFileSync(threadEntry, "require('../../scripts/thread-code-cache.cjs');\n");
const temporary = mkdtempSync(join(tmpdir(), 'qmp-bundle-'));
try {
  const child = spawn(process.execPath, [fileURLToPath(new URL('scripts/code-cache.cjs', folder)), temporary], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 60_000,
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the code cache was not written: exit code ${code}`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
  writeFileSync(threadEntry, "require('../../bin/start.js').load(require.resolve('./node-worker.cjs'));\n");
}
