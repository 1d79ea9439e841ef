/** Stands in for the entry of the emulator's thread while the compiled code is written; see `code-cache.cjs`. */
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { load } = require('../bundle/start.cjs');

const bundle = join(__dirname, '../bundle/emulator/node-worker.cjs');
const { script } = load(bundle);
const program = new BroadcastChannel('code-cache');
program.onmessage = () => {
  if (script !== undefined) writeFileSync(`${bundle}.cache`, script.createCachedData());
  program.postMessage('written');
  program.close();
};
