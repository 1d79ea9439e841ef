/** The entry of a worker thread that holds one emulator. */
import { parentPort } from 'node:worker_threads';
import { serveEmulator } from './api.js';

const port = parentPort;
if (port !== null)
  serveEmulator({
    postMessage: (message, transfer) => port.postMessage(message, [...(transfer ?? [])]),
    onMessage: (handler) => {
      port.on('message', handler);
    },
  });
