/**
 * Starts a program from its bundle, with V8's compiled code beside it where that fits this Node. It lies beside the bundles
 * as `bundle/start.cjs`. A checkout that was compiled but not bundled since runs from `dist/`.
 */
const { readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');

const builds = [
  '../dist/tools',
  '../dist/machine',
  '../../qmp/dist/core',
  '../../qmp/dist/node',
  '../../qapi/dist/core',
  '../../qapi/dist/node',
];

/** Runs `main(...args, argv)` of a program; the exit code is what it resolves with. */
exports.start = async (bundle, module, ...args) => {
  const path = join(__dirname, `${bundle}.cjs`);
  const bundled = changed(path);
  const fresh = bundled > 0 && builds.every((name) => changed(join(__dirname, `${name}.tsbuildinfo`)) <= bundled);
  const { main } = fresh ? exports.load(path).exports : await import(`../dist/${module}.js`);
  process.exitCode = await main(...args, process.argv.slice(2));
};

/** Loads a bundle. Its code cache is V8's business: one of another version is refused by it and not used. */
exports.load = (path) => {
  const { Script } = require('node:vm');
  const source = `(function (exports, require, module, __filename) {${readFileSync(path, 'utf8')}\n})`;
  const cachedData = changed(`${path}.cache`) > 0 ? readFileSync(`${path}.cache`) : undefined;
  const script = new Script(source, { filename: path, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, path);
  return { exports: module.exports, script };
};

/** When a file was written, 0 when there is none. */
function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
