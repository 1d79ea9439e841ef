import { MachineError } from './errors.js';
import type { EmulatorThread, ThreadListener, ThreadStarter } from './thread.js';

/** How long an emulator may take to end, in milliseconds. */
const PATIENCE = 5000;

/** Where the emulator of a machine is: its thread is started, may die, and is started anew. */
export class EmulatorSlot {
  readonly #startThread: ThreadStarter;
  readonly #listener: ThreadListener;
  #thread: EmulatorThread | undefined;

  constructor(startThread: ThreadStarter, listener: ThreadListener) {
    this.#startThread = startThread;
    this.#listener = listener;
  }

  /** The thread has died, or was never started. */
  get empty(): boolean {
    return this.#thread === undefined;
  }

  /** @throws {MachineError} when it is empty. */
  get api(): EmulatorThread['api'] {
    if (this.#thread === undefined) throw new MachineError('The emulator failed; reset the machine');
    return this.#thread.api;
  }

  /** Has the emulator do something, if it is there; what goes wrong with that does not matter. */
  tell(what: (api: EmulatorThread['api']) => Promise<unknown>): void {
    if (this.#thread !== undefined) void what(this.#thread.api).catch(() => {});
  }

  /** Starts a thread; it is ended when `prepare` rejects. */
  async start(prepare: (api: EmulatorThread['api']) => Promise<void>): Promise<void> {
    const thread = this.#startThread({
      event: (event) => this.#listener.event(event),
      died: (error) => {
        this.#thread = undefined;
        this.#listener.died(error);
      },
    });
    this.#thread = thread;
    try {
      await prepare(thread.api);
    } catch (error) {
      this.#thread = undefined;
      await thread.terminate();
      throw error;
    }
  }

  /** Ends the thread. The emulator may bring its disks to safety, unless it does not answer any more. Idempotent. */
  async end(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE);
    });
    await Promise.race([thread.api.destroy().catch(() => {}), patience]);
    clearTimeout(timer);
    await thread.terminate();
    this.#thread = undefined;
  }
}
