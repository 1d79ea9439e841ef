/**
 * Bundles `qapi-gen` into one file, `bundle/qapi-gen.cjs`: loading a hundred small modules costs as much CPU time as
 * reading a third of QEMU's schema. `bin/qapi-gen.js` falls back to `dist/` where the bundle is missing or older.
 *
 * Beside it goes V8's compiled code, from one run over the machine's schema where that is at hand.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));

// Code that was compiled from another bundle must not stay beside this one.
rmSync(pathOf('../bundle'), { recursive: true, force: true });
await build({
  absWorkingDir: pathOf('..'),
  entryPoints: { 'qapi-gen': 'dist/cli/main.js' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  outdir: 'bundle',
  outExtension: { '.js': '.cjs' },
  external: ['qmp'],
  logLevel: 'warning',
});

const schema = pathOf('../../machine/qapi/machine.json');
if (existsSync(schema)) {
  const output = mkdtempSync(join(tmpdir(), 'qapi-bundle-'));
  execFileSync(process.execPath, [pathOf('code-cache.cjs'), 'all', schema, '-o', output], { stdio: 'pipe' });
  rmSync(output, { recursive: true });
}
