#!/usr/bin/env node
const { statSync } = require('node:fs');
const { join } = require('node:path');
const { bundle, loadBundle } = require('./load-bundle.js');

/** When a file was written, 0 when there is none. */
function written(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function start() {
  const builds = ['core', 'node'].map((name) => written(join(__dirname, `../dist/${name}.tsbuildinfo`)));
  const bundled = written(bundle);
  const fresh = bundled > 0 && bundled >= Math.max(...builds);
  const { main } = fresh ? loadBundle().exports : await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
}

void start();
