/**
 * Runs the bundled `qapi-gen` once, `code-cache.cjs ARGUMENT…`, and keeps V8's compiled code of what it used. The flags
 * are those of `bin/qapi-gen.js`: V8 refuses code that was compiled with others.
 */
const { writeFileSync } = require('node:fs');
const { bundle, loadBundle } = require('../bin/load-bundle.js');

const { exports: program, script } = loadBundle();
program.main(process.argv.slice(2)).then((exitCode) => {
  if (exitCode !== 0) throw new Error(`the run for the code cache ended with ${exitCode}`);
  if (script !== undefined) writeFileSync(`${bundle}.cache`, script.createCachedData());
});
