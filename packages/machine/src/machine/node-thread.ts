import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EmulatorApi } from '../emulator/api.js';
import type { EmulatorEvent } from '../emulator/events.js';
import { call } from '../emulator/rpc.js';
import type { ThreadStarter } from './thread.js';

/** Starts an emulator thread in Node. */
export const startNodeThread: ThreadStarter = (listener) => {
  const worker = new Worker(new URL('../emulator/node-worker.js', import.meta.url));
  let over = false;
  const caller = call<EmulatorApi, EmulatorEvent>(
    {
      postMessage: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])]),
      onMessage: (handler) => {
        worker.on('message', handler);
      },
    },
    (event) => {
      if (!over) listener.event(event);
    },
  );
  const end = (error: Error) => {
    if (over) return;
    over = true;
    caller.fail(error);
    listener.died(error);
  };
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`the emulator's thread ended with code ${code}`)));
  return {
    api: caller.api,
    async terminate() {
      over = true;
      caller.fail(new Error('the machine is gone'));
      await worker.terminate();
    },
  };
};

/** Where the installed v86 keeps its WebAssembly. */
export function wasmPath(): string {
  return join(dirname(createRequire(import.meta.url).resolve('v86')), 'v86.wasm');
}

/** The firmware image of this package. */
export function loadFirmware(): Uint8Array {
  return new Uint8Array(readFileSync(new URL('../../firmware/qmp-pc.bin', import.meta.url)));
}
