/**
 * Runs the bundled `qapi-gen` once, `code-cache.cjs ARGUMENT…`, and keeps V8's compiled code of what it used: a run then
 * compiles nothing.
 */
const { writeFileSync } = require('node:fs');
const { bundle, load } = require('../bin/start.js');

const { exports: program, script } = load();
program.main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  writeFileSync(`${bundle}.cache`, script.createCachedData());
});
