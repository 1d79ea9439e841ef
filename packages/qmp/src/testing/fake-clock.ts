/** A clock that stands still until it is told to go on; give it to `connect()` as the option `clock`. */
export class FakeClock {
  #now = 0;
  #order = 0;
  #timers = new Map<number, { at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, milliseconds: number): unknown {
    const handle = ++this.#order;
    this.#timers.set(handle, { at: this.#now + Math.max(0, milliseconds), callback });
    return handle;
  }

  clearTimeout(timer: unknown): void {
    if (typeof timer === 'number') this.#timers.delete(timer);
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Moves time on, and calls what falls due on the way, each at its own time and in order. Between two timers, and at
   * the end, promises get the chance to settle.
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settle();
    for (let next = this.#due(end); next !== undefined; next = this.#due(end)) {
      const [handle, { at, callback }] = next;
      this.#timers.delete(handle);
      this.#now = Math.max(this.#now, at);
      callback();
      await settle();
    }
    this.#now = end;
  }

  #due(end: number): [number, { at: number; callback: () => void }] | undefined {
    let first: [number, { at: number; callback: () => void }] | undefined;
    for (const entry of this.#timers) {
      if (entry[1].at <= end && (first === undefined || entry[1].at < first[1].at)) first = entry;
    }
    return first;
  }
}

/** Lets chains of promises go on: a few dozen turns of the microtask queue. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
