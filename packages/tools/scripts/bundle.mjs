/**
 * Bundles each program into one file, `bundle/NAME.cjs`, and writes the manual pages, `man/NAME.1`.
 *
 * Why: a tool's cold start is the loading of its modules. One CommonJS file costs half of what a hundred small modules
 * do. `bin/start.js` falls back to `dist/` where the bundle is missing or older.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  external: ['ws', 'koffi', '@lydell/node-pty', 'qmp-machine'],
  logLevel: 'warning',
});

// Modules of Node that most runs never touch are loaded at their first use: child processes alone cost as much as the
// whole of a query.
const lazy = `const lazily=(name)=>new Proxy({},{get:(_,key)=>require(name)[key]});`;
for (const name of Object.keys(entries)) {
  const file = new URL(`bundle/${name}.cjs`, folder);
  const [first, ...rest] = readFileSync(file, 'utf8').split(/(?<=^"use strict";)/);
  const body = rest
    .join('')
    .replace(
      /=require\("(node:(?:child_process|fs\/promises|readline|tls|dns|http|https|crypto|perf_hooks|worker_threads|zlib))"\)/g,
      '=lazily("$1")',
    );
  if (first !== '"use strict";' || !body.includes('lazily(')) throw new Error(`${name}.cjs is not shaped as expected`);
  writeFileSync(file, first + lazy + body);
}

mkdirSync(new URL('man', folder), { recursive: true });
for (const spec of allSpecs) writeFileSync(new URL(`man/${spec.name}.1`, folder), manPage(spec, toolsVersion));
