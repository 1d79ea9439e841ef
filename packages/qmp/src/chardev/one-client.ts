import type { Chardev, ChardevListener } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { WatchedChardev } from './relay.js';

/**
 * The listener of a chardev that is no server: it is its own first client, and the last one unless it reconnects. A
 * reconnect waits for the end of the connection before it, and goes on trying until it succeeds.
 */
export class OneClient implements ChardevListener {
  readonly label: string;
  readonly #open: (signal: AbortSignal | undefined) => Promise<Chardev>;
  readonly #reconnectMs: number;
  readonly #stop = new AbortController();
  #used = false;
  /** Resolves when the connection before is over. */
  #idle: Promise<void> = Promise.resolve();

  /** @param reconnectMs the pause before each attempt to connect again; 0 for none. */
  constructor(label: string, reconnectMs: number, open: (signal: AbortSignal | undefined) => Promise<Chardev>) {
    this.label = label;
    this.#open = open;
    this.#reconnectMs = reconnectMs;
  }

  async next(signal?: AbortSignal): Promise<Chardev | undefined> {
    const first = !this.#used;
    this.#used = true;
    if (this.#reconnectMs === 0) return first && !this.#stop.signal.aborted ? this.#open(signal) : undefined;
    await this.#until(this.#idle, signal);
    if (!first) await this.#pause(signal);
    while (!this.#stop.signal.aborted) {
      try {
        return this.#watch(await this.#open(signal));
      } catch (error) {
        if (signal?.aborted || !(error instanceof QmpError) || error.code !== 'QMP_CONNECT_FAILED') throw error;
        await this.#pause(signal);
      }
    }
    return undefined;
  }

  close(): Promise<void> {
    this.#used = true;
    this.#stop.abort();
    return Promise.resolve();
  }

  #watch(chardev: Chardev): Chardev {
    let over = (): void => {};
    this.#idle = new Promise((resolve) => {
      over = resolve;
    });
    return new WatchedChardev(chardev, over);
  }

  #pause(signal: AbortSignal | undefined): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const elapsed = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#reconnectMs);
    });
    return this.#until(elapsed, signal).finally(() => clearTimeout(timer));
  }

  /** Waits for a promise, for `close()`, or for the signal, which makes it throw. */
  async #until(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    const ends = [this.#stop.signal, ...(signal === undefined ? [] : [signal])];
    let wake = (): void => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    for (const end of ends) end.addEventListener('abort', wake);
    if (!ends.some((end) => end.aborted)) await Promise.race([promise, woken]);
    for (const end of ends) end.removeEventListener('abort', wake);
    if (signal?.aborted) {
      throw new QmpError('QMP_ABORTED', `waiting for ${this.label} was aborted`, { cause: signal.reason });
    }
  }
}
