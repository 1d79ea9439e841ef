/** The entry of a worker thread that holds one emulator. */
import { readFile } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { serveEmulator } from './api.js';
import { nodeSockets } from './network/node-sockets.js';
import { openFileImage } from './node-image.js';

// While a guest burns its CPU, the thread that answers goes first when it wakes. On Linux, 0 is this thread alone.
if (process.platform === 'linux') setPriority(0, Math.min(19, getPriority(0) + 2));

const port = parentPort;
if (port !== null)
  serveEmulator(
    {
      postMessage: (message, transfer) => port.postMessage(message, [...(transfer ?? [])]),
      onMessage: (handler) => {
        port.on('message', handler);
      },
    },
    { loadFile: readFile, openImage: openFileImage, sockets: nodeSockets },
  );

// v86 prints what it gives up on; the host hears of it by an event.
for (const name of ['log', 'warn', 'error', 'debug', 'info'] as const) console[name] = () => {};
