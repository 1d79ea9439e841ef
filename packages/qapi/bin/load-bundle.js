const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const vm = require('node:vm');

/** The program as one file. */
exports.bundle = join(__dirname, '../bundle/qapi-gen.cjs');

// A run is over before optimized machine code has paid for its making: without, it takes half the CPU time.
setFlagsFromString('--no-opt');

/**
 * Loads the bundle, with V8's compiled code that lies beside it. Whether that fits is V8's business: it refuses code of
 * another version and compiles as ever.
 */
exports.loadBundle = () => {
  const importModuleDynamically = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  if (importModuleDynamically === undefined) return { exports: require(exports.bundle) };
  const source = `(function (exports, require, module) {${readFileSync(exports.bundle, 'utf8')}\n})`;
  const cache = `${exports.bundle}.cache`;
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
  const script = new vm.Script(source, { filename: exports.bundle, cachedData, importModuleDynamically });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module);
  return { exports: module.exports, script };
};
