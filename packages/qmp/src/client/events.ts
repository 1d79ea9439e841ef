import type { JsonObject, JsonValue } from '../json/value.js';
import type { EventMessage } from '../protocol/messages.js';
import type { AnyApi, EventSelector, ReceivedEvent } from './api-types.js';
import { abortedError } from './failures.js';
import { Queue } from './queue.js';

/** Stands in the order of events where some are missing. */
export interface EventGap {
  /** `reconnected`: events were raised while nobody listened. `overflow`: the history was too short for `since`. */
  readonly gap: 'reconnected' | 'overflow';
  /** How many are missing; undefined when that cannot be known. */
  readonly missing: number | undefined;
  readonly cursor: number;
}

export interface ListenOptions {
  /** Most events that may wait to be read; then the oldest is dropped and counted. @default 1024 */
  readonly capacity?: number;
  /** Begins with the events of the history from this cursor on (see `client.cursor`), for late arming. */
  readonly since?: number;
  /** Ends the listening: the reader is failed with QMP_ABORTED. */
  readonly signal?: AbortSignal | undefined;
}

/** A listener's queue of events: an async iterator which is closed by `close()`, `using`, or leaving the loop. */
export interface EventListener<E> extends AsyncIterableIterator<E>, Disposable {
  /** Events that wait to be read. */
  readonly length: number;
  /** Events that were dropped because they were not read in time, or that `since` asks for and the history forgot. */
  readonly dropped: number;
  /** Ends the listener and forgets what was not read. Idempotent. */
  close(): void;
}

type Selector = EventSelector<AnyApi, string>;
type Item = ReceivedEvent | EventGap;
type Test = (event: ReceivedEvent) => boolean;
interface Listener {
  readonly test: Test;
  readonly gaps: boolean;
  readonly deliver: (item: Item) => void;
  readonly finish: (error: unknown) => void;
}

export const DEFAULT_CAPACITY = 1024;

/** Hands events to listeners and keeps the last ones. It outlives sessions, so listeners survive a reconnect. */
export class EventHub {
  readonly #history: Item[] = [];
  readonly #historySize: number;
  readonly #listeners = new Set<Listener>();
  readonly #failed: (error: unknown) => void;
  readonly #dropping: (dropped: number) => void;
  #cursor = 0;
  #end: { readonly error: unknown } | undefined;

  constructor(historySize: number, failed: (error: unknown) => void, dropping: (dropped: number) => void) {
    this.#historySize = historySize;
    this.#failed = failed;
    this.#dropping = dropping;
  }

  /** The cursor that the next event will have. */
  get cursor(): number {
    return this.#cursor + 1;
  }

  receive(message: EventMessage): void {
    const { event, data, timestamp } = message;
    this.#tell({ event, data, timestamp, cursor: ++this.#cursor });
  }

  /** Marks that events may be missing from here on. */
  gap(): void {
    this.#tell({ gap: 'reconnected', missing: undefined, cursor: this.cursor });
  }

  listen(selector: Selector, options: ListenOptions & { readonly gaps?: boolean }): Queue<Item> {
    const { signal } = options;
    const onAbort = (): void => queue.finish(abortedError(signal, 'waiting for events'));
    const queue: Queue<Item> = new Queue(
      options.capacity ?? DEFAULT_CAPACITY,
      () => {
        this.#listeners.delete(listener);
        signal?.removeEventListener('abort', onAbort);
      },
      this.#dropping,
    );
    const listener: Listener = {
      test: compile(selector),
      gaps: options.gaps ?? false,
      deliver: (item) => queue.push(item),
      finish: (error) => queue.finish(error),
    };
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    if (options.since !== undefined) this.#replay(listener, queue, options.since);
    if (this.#end !== undefined) queue.finish(this.#end.error);
    else this.#listeners.add(listener);
    return queue;
  }

  on(selector: Selector, callback: (event: ReceivedEvent) => void): () => void {
    const listener: Listener = {
      test: compile(selector),
      gaps: false,
      deliver: (item) => callback(item as ReceivedEvent),
      finish: () => undefined,
    };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends all listeners: with `error` when the session was lost, quietly when this side closed it. */
  finish(error: unknown): void {
    this.#end ??= { error };
    for (const listener of [...this.#listeners]) listener.finish(error);
    this.#listeners.clear();
  }

  #tell(item: Item): void {
    this.#history.push(item);
    if (this.#history.length > 2 * this.#historySize) this.#history.splice(0, this.#history.length - this.#historySize);
    for (const listener of this.#listeners) this.#offer(listener, item);
  }

  #offer(listener: Listener, item: Item): void {
    try {
      if ('gap' in item ? listener.gaps : listener.test(item)) listener.deliver(item);
    } catch (error) {
      this.#failed(error);
    }
  }

  #replay(listener: Listener, queue: Queue<Item>, since: number): void {
    const kept = this.#history.slice(-this.#historySize);
    const first = kept[0]?.cursor ?? this.cursor;
    if (since < first) {
      if (listener.gaps) listener.deliver({ gap: 'overflow', missing: first - since, cursor: since });
      queue.forgot(first - since);
    }
    for (const item of kept) if (item.cursor >= since) this.#offer(listener, item);
  }
}

function compile(selector: Selector): Test {
  if (typeof selector === 'string') return selector === '*' ? () => true : ({ event }) => event === selector;
  if (!('event' in selector)) {
    const names = new Set<string>(selector);
    return ({ event }) => names.has(event);
  }
  const { event: names, data, where } = selector;
  const byName = compile(names);
  return (event) =>
    byName(event) && (data === undefined || contains(event.data, data)) && (where === undefined || where(event));
}

/** Whether every member of `part` is in `whole`, nested objects alike; lists have to be as long. */
function contains(whole: JsonValue | undefined, part: JsonValue | undefined): boolean {
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) && whole.length === part.length && part.every((item, index) => contains(whole[index], item))
    );
  }
  if (typeof part !== 'object' || part === null) return whole === part || sameInteger(whole, part);
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return false;
  return Object.entries(part as JsonObject).every(([name, value]) => contains((whole as JsonObject)[name], value));
}

/** An integer may be given as a number or as a bigint; one arrives as a bigint only when it is not safe. */
function sameInteger(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (typeof a === typeof b) return false;
  return isInteger(a) && isInteger(b) && BigInt(a) === BigInt(b);
}

function isInteger(value: JsonValue | undefined): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value);
}
