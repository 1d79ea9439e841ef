/**
 * Bundles `qapi-gen` into one file, `bundle/qapi-gen.cjs`: loading a hundred small modules costs as much CPU time as
 * reading a third of QEMU's schema. Beside it goes V8's compiled code, from one run over our machine's schema.
 * `bin/start.js` falls back to `dist/` where the bundle is missing or older.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const bundle = pathOf('../bundle/qapi-gen.cjs');

// Code that was compiled from another bundle must not stay beside this one.
rmSync(pathOf('../bundle'), { recursive: true, force: true });
await build({
  absWorkingDir: pathOf('..'),
  entryPoints: { 'qapi-gen': 'dist/cli/main.js' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  charset: 'ascii',
  minifyWhitespace: true,
  minifySyntax: true,
  outdir: 'bundle',
  outExtension: { '.js': '.cjs' },
  external: ['qmp'],
  logLevel: 'warning',
});

const start = '"use strict";';
const text = readFileSync(bundle, 'utf8');
const body = text.slice(start.length).replaceAll('import("qmp")', 'imported("qmp")');
if (!text.startsWith(start) || !body.includes('imported(')) throw new Error('the bundle is not shaped as expected');
writeFileSync(bundle, `${start}const imported=require("../bin/import.js");${body}`);

const schema = pathOf('../../machine/qapi/machine.json');
const output = mkdtempSync(join(tmpdir(), 'qapi-bundle-'));
try {
  execFileSync(process.execPath, [pathOf('code-cache.cjs'), 'all', schema, '-o', output], { stdio: 'pipe' });
} finally {
  rmSync(output, { recursive: true });
}
