import type { EmulatorApi } from '../emulator/api.js';
import type { EmulatorEvent } from '../emulator/events.js';
import type { Remote } from '../emulator/rpc.js';

/** The thread an emulator lives in, as the machine sees it. */
export interface EmulatorThread {
  readonly api: Remote<EmulatorApi>;
  /** Ends the thread whatever it does. Idempotent. */
  terminate(): Promise<void>;
}

export interface ThreadListener {
  event(event: EmulatorEvent): void;
  /** The thread died by itself. Called at most once. */
  died(error: Error): void;
}

/** Starts a thread: `worker_threads` in Node, a Worker in a browser. */
export type ThreadStarter = (listener: ThreadListener) => EmulatorThread;
