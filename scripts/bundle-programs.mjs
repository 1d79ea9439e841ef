/**
 * Bundles programs into one CommonJS file each: `bundle/NAME.cjs`, with `bundle/start.cjs`, which starts them.
 *
 * Why: a cold start is the loading of modules. One file costs half of what a hundred small modules do, and CommonJS can
 * come with V8's compiled code, which a package's own script writes after this, from a run of each program.
 */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Modules of Node that most runs never touch: child processes alone cost as much as the whole of a query. */
const SELDOM =
  /^(?:node:)?(child_process|fs\/promises|readline|tls|dns|dns\/promises|http|https|crypto|module|os|perf_hooks|worker_threads|zlib)$/;

/** The clock behind `performance.now`, without the seven modules that Node loads for the rest of `performance`. */
const MONOTONIC = 'const monotonic=()=>{const[s,n]=process.hrtime();return s*1e3+n/1e6};';

/**
 * @param {URL} folder the package
 * @param {Record<string, string>} entries bundles by name, with the module of `dist/` that each starts with
 */
export async function bundlePrograms(folder, entries) {
  const path = fileURLToPath(folder);
  rmSync(join(path, 'bundle'), { recursive: true, force: true });
  await build({
    absWorkingDir: path,
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, module]) => [name, `dist/${module}.js`])),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    outdir: 'bundle',
    outExtension: { '.js': '.cjs' },
    external: ['ws', 'koffi', '@lydell/node-pty'],
    // A script from the code cache cannot import. What is imported late is in the bundle, or loads with require.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'moduleUrl', 'performance.now': 'monotonic' },
    banner: { js: `"use strict";const moduleUrl=require("node:url").pathToFileURL(__filename).href;${MONOTONIC}` },
    plugins: [lazyBuiltins()],
    logLevel: 'warning',
  });
  copyFileSync(new URL('program-start.cjs', import.meta.url), join(path, 'bundle/start.cjs'));
  writeFileSync(join(path, 'bundle/package.json'), '{ "type": "commonjs" }\n');
}

/** Puts modules in place of Node's own that load those when one of their members is used. */
function lazyBuiltins() {
  const namespace = 'lazy';
  return {
    name: 'lazy-builtins',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: SELDOM }, ({ path, namespace: from }) => {
        const name = path.replace(/^node:/, '');
        return from === namespace ? { path: `node:${name}`, external: true } : { path: name, namespace };
      });
      onLoad({ filter: /.*/, namespace }, async ({ path }) => {
        if (!builtinModules.includes(path)) throw new Error(`${path} is no module of Node`);
        const names = Object.keys(await import(`node:${path}`)).filter((name) => name !== 'default');
        const define = `(names) => { for (const name of names)
          Object.defineProperty(exports, name, { enumerable: true, get: () => require('node:${path}')[name] }); }`;
        return { contents: `(${define})(${JSON.stringify(names)})`, loader: 'js' };
      });
    },
  };
}
