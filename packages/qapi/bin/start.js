/**
 * Starts `qapi-gen` from its bundle, with V8's compiled code beside it where that fits this Node. A checkout that was
 * compiled but not bundled since runs from `dist/`.
 */
const { readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const vm = require('node:vm');

// A run is over before optimized machine code has paid for its making: without, it takes half the CPU time. Nor is there
// much garbage: the heap grows fast, is collected by one thread, and not marked ahead of a collection that never comes.
const FLAGS = ['--no-opt', '--semi-space-growth-factor=8', '--no-incremental-marking', '--no-parallel-scavenge'];
for (const flag of FLAGS) setFlagsFromString(flag);

/** The program as one file. */
exports.bundle = join(__dirname, '../bundle/qapi-gen.cjs');

/** Runs the program; the exit code is what `main` resolves with. */
exports.start = async () => {
  const builds = ['core', 'node'].map((name) => written(join(__dirname, `../dist/${name}.tsbuildinfo`)));
  const bundled = written(exports.bundle);
  const fresh = bundled > 0 && bundled >= Math.max(...builds);
  const { main } = fresh ? exports.load().exports : await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
};

/** Loads the bundle. Its code cache is V8's business: one of another version is refused by it and not used. */
exports.load = () => {
  const source = `(function (exports, require, module) {${readFileSync(exports.bundle, 'latin1')}\n})`;
  const cache = `${exports.bundle}.cache`;
  const cachedData = written(cache) > 0 ? readFileSync(cache) : undefined;
  const script = new vm.Script(source, { filename: exports.bundle, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module);
  return { exports: module.exports, script };
};

/** When a file was written, 0 when there is none. */
function written(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
