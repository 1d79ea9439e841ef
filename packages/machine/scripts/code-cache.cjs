/**
 * Runs the bundled program once, with a client of its own, and writes V8's compiled code of what the program and its
 * emulator thread used, so that starts compile nothing: `code-cache.cjs FOLDER`, a folder to work in.
 */
const { writeFileSync } = require('node:fs');
const { createConnection } = require('node:net');
const { join } = require('node:path');
const { load } = require('../bundle/start.cjs');

const bundle = join(__dirname, '../bundle/cli/main.cjs');
const path = join(process.argv[2], 'monitor.sock');
const thread = new BroadcastChannel('code-cache');

const { exports: program, script } = load(bundle);
const over = program.main(['-qmp', `unix:${path},server=on,wait=off`]);

/** Connects as soon as the monitor listens. */
function connect() {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => setTimeout(() => resolve(connect()), 10));
  });
}

async function run() {
  const socket = await connect();
  const replies = socket.setEncoding('utf8')[Symbol.asyncIterator]();
  await replies.next();
  for (const name of ['qmp_capabilities', 'query-status', 'query-pci', 'query-block']) {
    socket.write(`{"execute": "${name}"}`);
    await replies.next();
  }
  thread.postMessage('write');
  await new Promise((resolve) => {
    thread.onmessage = resolve;
  });
  if (script !== undefined) writeFileSync(`${bundle}.cache`, script.createCachedData());
  thread.close();
  socket.end('{"execute": "quit"}');
  await over;
}

void run();
