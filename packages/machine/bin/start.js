/**
 * Starts the program from its bundle, with V8's compiled code beside it where that fits this Node. A checkout that was
 * compiled but not bundled since runs from `dist/`.
 */
const { readFileSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');

const builds = [
  '../dist/machine',
  '../../qmp/dist/core',
  '../../qmp/dist/node',
  '../../qapi/dist/core',
  '../../qapi/dist/node',
];

/** Runs the program; the exit code is what its `main` resolves with. */
exports.start = async () => {
  const path = join(__dirname, '../bundle/cli/main.cjs');
  const bundled = changed(path);
  const fresh = bundled > 0 && builds.every((name) => changed(join(__dirname, `${name}.tsbuildinfo`)) <= bundled);
  const { main } = fresh ? exports.load(path).exports : await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
};

/** Loads a bundle. Its code cache is V8's business: one of another version is refused by it and not used. */
exports.load = (path) => {
  const vm = require('node:vm');
  const importModuleDynamically = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  if (importModuleDynamically === undefined) return { exports: require(path) };
  const source = `(function (exports, require, module, __filename) {${readFileSync(path, 'utf8')}\n})`;
  const cachedData = changed(`${path}.cache`) > 0 ? readFileSync(`${path}.cache`) : undefined;
  const script = new vm.Script(source, { filename: path, cachedData, importModuleDynamically });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path);
  return { exports: module.exports, script };
};

/** When a file was written, 0 when there is none. */
function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
