/**
 * Runs a bundled program once and writes V8's compiled code of what it used: `code-cache.cjs BUNDLE ARGUMENT…`.
 * Cold starts then compile nothing.
 */
const { writeFileSync } = require('node:fs');
const { load } = require('../bundle/start.cjs');

const [path, ...args] = process.argv.slice(2);
const { exports: program, script } = load(path);
const names = path.endsWith('short.cjs') ? ['qom-list'] : [];
program.main(...names, args).then(() => {
  if (script !== undefined) writeFileSync(`${path}.cache`, script.createCachedData());
});
