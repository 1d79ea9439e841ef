#!/usr/bin/env node
const { statSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');

// A run is over before optimized machine code has paid for its making: without, it takes half the CPU time.
setFlagsFromString('--no-opt');

/** When a file of this package was written, 0 when there is none. */
function written(path) {
  return statSync(join(__dirname, '..', path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function start() {
  const bundled = written('bundle/qapi-gen.cjs');
  const fresh = bundled > 0 && bundled >= Math.max(written('dist/core.tsbuildinfo'), written('dist/node.tsbuildinfo'));
  const { main } = fresh ? require('../bundle/qapi-gen.cjs') : await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
}

void start();
