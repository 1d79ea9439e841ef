/**
 * Bundles `qapi-gen` into one file, `bundle/qapi-gen.cjs`: loading a hundred small modules costs as much CPU time as
 * reading a third of QEMU's schema. `bin/qapi-gen.js` falls back to `dist/` where the bundle is missing or older.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

await build({
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
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
