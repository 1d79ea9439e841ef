/** How a {@link Queue} ended. */
type End = { readonly error?: unknown };

/**
 * A bounded queue with one reader, an async iterator and a disposable. When it is full the oldest item makes room and
 * is counted in {@link dropped}.
 */
export class Queue<T> implements AsyncIterableIterator<T>, Disposable {
  readonly #capacity: number;
  readonly #onClose: (() => void) | undefined;
  readonly #onDrop: ((dropped: number) => void) | undefined;
  #items: T[] = [];
  #head = 0;
  #dropped = 0;
  #readers: { resolve: (result: IteratorResult<T>) => void; reject: (error: unknown) => void }[] = [];
  #end: End | undefined;

  constructor(capacity: number, onClose?: () => void, onDrop?: (dropped: number) => void) {
    this.#capacity = capacity;
    this.#onClose = onClose;
    this.#onDrop = onDrop;
  }

  /** Items that wait to be read. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Items that were dropped because the reader was too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  push(item: T): void {
    if (this.#end !== undefined) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader.resolve({ done: false, value: item });
      return;
    }
    this.#items.push(item);
    if (this.length <= this.#capacity) return;
    this.#take();
    this.forgot(1);
  }

  /** Counts items that are lost to the reader. */
  forgot(count: number): void {
    this.#dropped += count;
    this.#onDrop?.(this.#dropped);
  }

  /** Lets the reader take what is queued, then fails it with `error`, or ends it when there is none. */
  finish(error?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = error === undefined ? {} : { error };
    for (const reader of this.#readers.splice(0)) {
      if (error === undefined) reader.resolve({ done: true, value: undefined });
      else reader.reject(error);
    }
    this.#onClose?.();
  }

  next(): Promise<IteratorResult<T>> {
    if (this.length > 0) return Promise.resolve({ done: false, value: this.#take() });
    if (this.#end === undefined) return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
    const { error } = this.#end;
    if (error === undefined) return Promise.resolve({ done: true, value: undefined });
    this.#end = {};
    return Promise.reject(error);
  }

  /** Ends the queue and forgets what was not read. Idempotent. */
  close(): void {
    this.finish();
    this.#items = [];
    this.#head = 0;
  }

  return(): Promise<IteratorResult<T>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Removes the oldest item without moving the others each time. */
  #take(): T {
    const item = this.#items[this.#head] as T;
    this.#items[this.#head++] = undefined as T;
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
