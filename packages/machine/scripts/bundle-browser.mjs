/**
 * Bundles the machine for browsers: `bundle/browser/index.js`, the worker beside it, and the two files they load.
 *
 * What the monitor uses of Node is replaced by modules of `src/browser`; the rest of Node's modules by functions that say
 * so when they are called.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const STAND_INS = {
  'node:fs': 'node-fs',
  'node:fs/promises': 'node-fs',
  'node:module': 'node-rest',
  'node:timers/promises': 'node-rest',
  'qmp/chardev': 'node-chardev',
};

/** @param {string} folder the package */
export async function bundleBrowser(folder) {
  const target = join(folder, 'bundle/browser');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  await build({
    absWorkingDir: folder,
    entryPoints: { index: 'dist/browser/index.js', worker: 'dist/browser/worker.js' },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    minify: true,
    keepNames: true,
    legalComments: 'linked',
    outdir: target,
    define: { 'process.pid': '1', PACKAGE_VERSION: JSON.stringify(version) },
    plugins: [standIns(folder)],
    logLevel: 'warning',
  });
  writeFileSync(join(target, 'package.json'), '{ "type": "module" }\n');
  copyFileSync(join(folder, 'firmware/qmp-pc.bin'), join(target, 'qmp-pc.bin'));
  const v86 = dirname(createRequire(join(folder, 'package.json')).resolve('v86'));
  copyFileSync(join(v86, 'v86.wasm'), join(target, 'v86.wasm'));
}

function standIns(folder) {
  const namespace = 'stand-in';
  return {
    name: 'stand-ins',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(node:.*|qmp\/chardev)$/ }, ({ path, importer }) =>
        // v86 asks what it runs on before it imports a module of Node.
        importer.includes('libv86') ? { path, external: true } : { path, namespace },
      );
      onResolve({ filter: new RegExp(`^(${builtinModules.join('|')})$`) }, ({ path, importer }) =>
        importer.includes('libv86') ? { path, external: true } : undefined,
      );
      onLoad({ filter: /.*/, namespace }, async ({ path }) => {
        const file = STAND_INS[path] && join(folder, `dist/browser/${STAND_INS[path]}.js`);
        const present = file === undefined ? [] : Object.keys(await import(file));
        const missing = Object.keys(await import(path)).filter((name) => name !== 'default' && !present.includes(name));
        const lines = missing.map((name) => `export const ${name} = absent(${JSON.stringify(`${path}: ${name}`)});`);
        return {
          resolveDir: folder,
          contents: [
            file === undefined ? '' : `export * from ${JSON.stringify(file)};`,
            "import { MachineError } from './dist/machine/errors.js';",
            "const absent = (name) => function () { throw new MachineError(name + ' is not there in a web page'); };",
            ...lines,
          ].join('\n'),
        };
      });
    },
  };
}
