import type { EmulatorApi } from '../emulator/api.js';
import type { EmulatorEvent } from '../emulator/events.js';
import { call } from '../emulator/rpc.js';
import type { ThreadStarter } from '../machine/thread.js';
import { files } from './files.js';
import { type FileMessage, isFileMessage } from './messages.js';

/** The part of a browser's `Worker` that is used. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  terminate(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error', listener: (event: { readonly message: string }) => void): void;
}

/** Starts an emulator in a worker of the browser. The worker sees the page's files, and the page what it writes. */
export function webThreadStarter(startWorker: () => WorkerLike): ThreadStarter {
  return (listener) => {
    const worker = startWorker();
    let over = false;
    let fromWorker = '';
    const unwatch = files.watch((file, blob) => {
      if (file !== fromWorker) worker.postMessage({ file, blob } satisfies FileMessage);
    });
    const caller = call<EmulatorApi, EmulatorEvent>(
      {
        postMessage: (message) => worker.postMessage(message),
        onMessage: (handler) =>
          worker.addEventListener('message', ({ data }) => {
            if (!isFileMessage(data)) handler(data);
          }),
      },
      (event) => {
        if (!over) listener.event(event);
      },
    );
    worker.addEventListener('message', ({ data }) => {
      if (!isFileMessage(data)) return;
      fromWorker = data.file;
      files.set(data.file, data.blob);
      fromWorker = '';
    });
    const end = () => {
      over = true;
      unwatch();
      worker.terminate();
    };
    worker.addEventListener('error', ({ message }) => {
      if (over) return;
      const error = new Error(`the emulator's worker failed: ${message}`);
      end();
      caller.fail(error);
      listener.died(error);
    });
    return {
      api: caller.api,
      async terminate() {
        end();
        caller.fail(new Error('the machine is gone'));
      },
    };
  };
}
