/**
 * Starts a program from its bundle. A checkout that was compiled but not bundled since runs from `dist/`.
 */
const { statSync } = require('node:fs');
const { join } = require('node:path');

const builds = [
  '../dist/tools',
  '../../qmp/dist/core',
  '../../qmp/dist/node',
  '../../qapi/dist/core',
  '../../qapi/dist/node',
];

/** Runs `main(...args, argv)` of a program; the exit code is what it resolves with. */
exports.start = async (bundle, module, ...args) => {
  const path = join(__dirname, `../bundle/${bundle}.cjs`);
  const bundled = changed(path);
  const fresh = bundled > 0 && builds.every((name) => changed(join(__dirname, `${name}.tsbuildinfo`)) <= bundled);
  const { main } = fresh ? require(path) : await import(`../dist/${module}.js`);
  process.exitCode = await main(...args, process.argv.slice(2));
};

function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
