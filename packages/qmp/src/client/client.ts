import type { JsonObject, JsonValue } from '../json/value.js';
import type { Chardev, ChardevFactory } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import type { Capability, Greeting, VersionInfo } from '../protocol/messages.js';
import type {
  AnyApi,
  Api,
  Arguments,
  CommandName,
  EventName,
  EventOf,
  EventSelector,
  ReceivedEvent,
  Rest,
  Result,
} from './api-types.js';
import { timeoutOf } from './deadlines.js';
import { type EventGap, EventHub, type EventListener, type ListenOptions } from './events.js';
import { abortedError, atCaller } from './failures.js';
import type { Settings } from './options.js';
import { Queue } from './queue.js';
import { pauseBefore, readState, sleep } from './reconnect.js';
import { type SendOptions, Session } from './session.js';
import type { Status } from './status.js';
import { waitForEvent } from './wait.js';

/** Where a client stands. */
export type ClientState = 'connecting' | 'running' | 'reconnecting' | 'closing' | 'closed';

export interface ExecuteOptions {
  /**
   * Stops waiting. A monitor cannot take a command back: what was sent may still run, its reply will be dropped, and
   * its id stays taken until then.
   */
  readonly signal?: AbortSignal;
  /** `disconnect` also ends the session when the signal fires. @default "forget" */
  readonly onAbort?: 'forget' | 'disconnect';
  /** Milliseconds to wait for the reply, 0 without limit. @default what the deadline table says for this command */
  readonly timeout?: number;
  /** Executes ahead of the commands that wait (`exec-oob`), for the few commands that allow it. @default false */
  readonly oob?: boolean;
  /** After a reconnect sends the command again instead of failing. Only you know that it may run twice. @default false */
  readonly idempotent?: boolean;
}

export interface WaitOptions extends ListenOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds, 0 without limit. @default 0 */
  readonly timeout?: number;
}

const STATUS_CAPACITY = 256;

/** A client of one monitor. Made by `connect()`. */
export class QmpClient<A extends Api = AnyApi> implements AsyncDisposable {
  readonly #source: Chardev | ChardevFactory;
  readonly #settings: Settings;
  readonly #agent: boolean;
  readonly #hub: EventHub;
  readonly #watchers = new Set<Queue<Status>>();
  readonly #early: Status[] = [];
  readonly #ending = new AbortController();
  #session: Session | undefined;
  #state: ClientState = 'connecting';
  #closed: QmpError | undefined;
  #recovered: Promise<void> = Promise.resolve();
  #label = '';

  /** For `connect()`: makes a client that is not connected yet. */
  constructor(source: Chardev | ChardevFactory, settings: Settings, agent = false) {
    this.#source = source;
    this.#settings = settings;
    this.#agent = agent;
    this.#hub = new EventHub(
      settings.history,
      (error) => this.#tell({ type: 'callback-failed', error }),
      (dropped) => this.#tell({ type: 'overflow', dropped }),
    );
  }

  /** The address in QEMU's own syntax. */
  get label(): string {
    return this.#label;
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The server's greeting; undefined for a guest agent. */
  get greeting(): Greeting | undefined {
    return this.#session?.greeting;
  }

  /** The server's version, from its greeting. */
  get version(): VersionInfo | undefined {
    return this.greeting?.QMP.version;
  }

  /** The capabilities that are enabled. */
  get capabilities(): readonly Capability[] {
    return this.#session?.capabilities ?? [];
  }

  /** Commands that are owed a reply. */
  get inFlight(): number {
    return this.#session?.inFlight ?? 0;
  }

  /** The cursor that the next event will have. Keep it, act, and listen with `{since: cursor}`: nothing is missed. */
  get cursor(): number {
    return this.#hub.cursor;
  }

  /** The same client under another API, for the compiler only: nothing is checked. */
  as<B extends Api>(): QmpClient<B> {
    return this as unknown as QmpClient<B>;
  }

  /**
   * Executes a command and resolves with what it returns.
   *
   * @throws {QmpError} QMP_COMMAND_FAILED when the server refuses, QMP_COMMAND_TIMEOUT, QMP_ABORTED, QMP_STATE when
   * the client is not running, QMP_DISCONNECTED or QMP_PROTOCOL when the session ends first, QMP_CLOSED, QMP_LIMIT.
   */
  async execute<C extends CommandName<A>>(command: C, ...rest: Rest<A, C, ExecuteOptions>): Promise<Result<A, C>> {
    const [args, options] = rest as [JsonObject?, ExecuteOptions?];
    try {
      return (await this.#send(command, args, options)) as Result<A, C>;
    } catch (error) {
      throw atCaller(error, this.execute);
    }
  }

  /**
   * Executes a command and waits for an event that it causes, whichever comes first: the listener is armed before the
   * command is sent.
   *
   * @throws {QmpError} what {@link execute} throws; QMP_COMMAND_TIMEOUT also when the event does not come in time.
   */
  async executeAndWait<C extends CommandName<A>, E extends EventName<A>>(
    command: C,
    args: Arguments<A, C>,
    until: EventSelector<A, E>,
    options: ExecuteOptions & WaitOptions = {},
  ): Promise<{ result: Result<A, C>; event: EventOf<A, E> }> {
    const listener = this.#arm<EventOf<A, E>>(until, options);
    try {
      const result = (await this.#send(command, args as JsonObject, options)) as Result<A, C>;
      const event = await waitForEvent(listener, options, this.#settings.clock, `an event after "${command}"`);
      return { result, event };
    } catch (error) {
      throw atCaller(error, this.executeAndWait);
    } finally {
      listener.close();
    }
  }

  /**
   * Listens to events: an async iterator with its own bounded queue. It ends when it or the client is closed, and
   * throws when the session is lost for good. With `gaps: true` it also yields a marker where events may be missing.
   */
  listen<E extends EventName<A>>(
    selector: EventSelector<A, E>,
    options: ListenOptions & { readonly gaps: true },
  ): EventListener<EventOf<A, E> | EventGap>;
  listen<E extends EventName<A>>(selector: EventSelector<A, E>, options?: ListenOptions): EventListener<EventOf<A, E>>;
  listen<E extends EventName<A>>(
    selector: EventSelector<A, E>,
    options: ListenOptions & { readonly gaps?: boolean } = {},
  ): EventListener<EventOf<A, E> | EventGap> {
    return this.#arm<EventOf<A, E>>(selector, options);
  }

  /** Calls back for each event in the turn it arrives. Returns a function that ends it. */
  on<E extends EventName<A>>(selector: EventSelector<A, E>, callback: (event: EventOf<A, E>) => void): () => void {
    return this.#hub.on(
      selector as EventSelector<AnyApi, string>,
      callback as unknown as (event: ReceivedEvent) => void,
    );
  }

  /**
   * Waits for one event.
   *
   * @throws {QmpError} QMP_COMMAND_TIMEOUT, QMP_ABORTED, or why the session ended.
   */
  async waitFor<E extends EventName<A>>(
    selector: EventSelector<A, E>,
    options: WaitOptions = {},
  ): Promise<EventOf<A, E>> {
    const listener = this.#arm<EventOf<A, E>>(selector, options);
    try {
      return await waitForEvent(listener, options, this.#settings.clock, 'an event');
    } catch (error) {
      throw atCaller(error, this.waitFor);
    } finally {
      listener.close();
    }
  }

  /** What happens to the connection from now on, and what happened before the first call. Ends after `closed`. */
  status(): Queue<Status> {
    const queue: Queue<Status> = new Queue(STATUS_CAPACITY, () => this.#watchers.delete(queue));
    for (const status of this.#early.splice(0)) queue.push(status);
    if (this.#state === 'closed') queue.finish();
    else this.#watchers.add(queue);
    return queue;
  }

  /** Lets the commands in flight finish, then closes. Idempotent. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closing';
    this.#ending.abort();
    await this.#session?.close();
    this.#finish(undefined);
  }

  /** Closes now: commands in flight fail with QMP_CLOSED, or with `error` when one is given. Idempotent. */
  destroy(error?: QmpError): void {
    if (this.#state === 'closed') return;
    this.#state = 'closing';
    this.#ending.abort();
    this.#session?.destroy(error);
    this.#finish(error);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** For `connect()`: opens the first session. When it rejects, nothing is left open. */
  async open(signal: AbortSignal | undefined): Promise<this> {
    try {
      await this.#openSession(signal, false);
      return this;
    } catch (error) {
      this.#finish(QmpError.is(error) ? error : undefined);
      throw error;
    }
  }

  #arm<T>(selector: unknown, options: ListenOptions & { readonly gaps?: boolean }): Queue<T> {
    return this.#hub.listen(selector as EventSelector<AnyApi, string>, options) as Queue<unknown> as Queue<T>;
  }

  async #openSession(signal: AbortSignal | undefined, reconnected: boolean): Promise<void> {
    const chardev = typeof this.#source === 'function' ? await this.#openChardev(this.#source, signal) : this.#source;
    this.#label = chardev.label;
    const session: Session = new Session(
      chardev,
      {
        event: (message) => this.#hub.receive(message),
        slow: (command, milliseconds, limit) => this.#tell({ type: 'slow', command, milliseconds, limit }),
        unexpected: (message, why) => this.#tell({ type: 'unexpected', message, why }),
        over: (error, orderly) => {
          if (this.#session === session && this.#state === 'running') this.#lost(error, orderly);
        },
      },
      { ...this.#settings, agent: this.#agent },
    );
    this.#session = session;
    await session.open(signal);
    if (this.#ending.signal.aborted) throw new QmpError('QMP_CLOSED', `${this.#label}: closed while connecting`);
    this.#state = 'running';
    this.#tell({ type: 'connected', version: this.version, reconnected });
  }

  async #openChardev(factory: ChardevFactory, signal: AbortSignal | undefined): Promise<Chardev> {
    const { clock, timeouts } = this.#settings;
    const controller = new AbortController();
    const limit = timeouts.open ?? 0;
    const timer = limit > 0 ? clock.setTimeout(() => controller.abort(openTimeout(limit)), limit) : undefined;
    const onAbort = (): void => controller.abort(abortedError(signal, 'connect()'));
    signal?.addEventListener('abort', onAbort);
    try {
      if (signal?.aborted) onAbort();
      return await settledBy(controller.signal, factory);
    } finally {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #send(command: string, args: JsonObject | undefined, options: ExecuteOptions = {}): Promise<JsonValue> {
    for (;;) {
      if (this.#state === 'reconnecting' && options.idempotent === true) await this.#recovered;
      const session = this.#running(command);
      const send: SendOptions = {
        signal: options.signal,
        timeout: options.timeout ?? timeoutOf(command, this.#settings.timeouts),
        oob: options.oob,
        onAbort: options.onAbort,
      };
      if (options.oob === true && !session.capabilities.includes('oob')) throw this.#noOob(command);
      try {
        return await session.send(command, args, send);
      } catch (error) {
        if (options.idempotent !== true || this.#mayRetry(error) === false) throw error;
      }
    }
  }

  #mayRetry(error: unknown): boolean {
    const lost = QmpError.is(error) && (error.code === 'QMP_DISCONNECTED' || error.code === 'QMP_PROTOCOL');
    return lost && this.#state === 'reconnecting';
  }

  #running(command: string): Session {
    if (this.#state === 'running' && this.#session !== undefined) return this.#session;
    throw new QmpError('QMP_STATE', `execute() needs the session running, but it is ${this.#state}`, {
      command,
      ...(this.#closed === undefined ? {} : { cause: this.#closed }),
      ...(this.#state === 'reconnecting'
        ? { hint: 'A command marked {idempotent: true} waits for the reconnect.' }
        : {}),
    });
  }

  #noOob(command: string): QmpError {
    return new QmpError('QMP_UNSUPPORTED', `"${command}" cannot be executed out-of-band: it is not enabled here`, {
      command,
      hint: 'The server did not offer it, or the option oob is false.',
    });
  }

  #lost(error: QmpError | undefined, orderly: boolean): void {
    if (error === undefined) {
      this.#finish(undefined);
      return;
    }
    const { reconnect } = this.#settings;
    this.#tell({ type: 'disconnected', error, orderly });
    if (reconnect === undefined || typeof this.#source !== 'function' || (orderly && !reconnect.afterShutdown)) {
      this.#finish(error);
      return;
    }
    this.#state = 'reconnecting';
    this.#recovered = this.#recover(error);
    this.#recovered.catch(() => undefined);
  }

  /** Tries until a session runs, the attempts are used up, or the client is closed. */
  async #recover(first: QmpError): Promise<void> {
    const { clock, reconnect } = this.#settings;
    const { signal } = this.#ending;
    let error = first;
    for (let attempt = 1; reconnect !== undefined && !signal.aborted; attempt++) {
      if (reconnect.attempts > 0 && attempt > reconnect.attempts) break;
      const delay = pauseBefore(attempt, reconnect);
      this.#tell({ type: 'reconnecting', attempt, delay, error });
      await sleep(clock, delay, signal);
      if (signal.aborted) break;
      try {
        await this.#openSession(signal, true);
        this.#hub.gap();
        void this.#tellState();
        return;
      } catch (failure) {
        error = QmpError.is(failure)
          ? failure
          : new QmpError('QMP_CONNECT_FAILED', String(failure), { cause: failure });
      }
    }
    this.#finish(signal.aborted ? undefined : error);
  }

  async #tellState(): Promise<void> {
    const state = await readState((command) => this.#send(command, undefined));
    if (this.#state === 'running') this.#tell({ type: 'recovered', state });
  }

  #finish(error: QmpError | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#closed = error;
    this.#hub.finish(error);
    this.#tell({ type: 'closed', error });
    for (const watcher of [...this.#watchers]) watcher.finish();
    this.#watchers.clear();
  }

  #tell(status: Status): void {
    if (this.#watchers.size > 0) {
      for (const watcher of this.#watchers) watcher.push(status);
      return;
    }
    this.#early.push(status);
    if (this.#early.length > STATUS_CAPACITY) this.#early.splice(0, STATUS_CAPACITY / 2);
  }
}

function openTimeout(limit: number): QmpError {
  return new QmpError('QMP_CONNECT_TIMEOUT', `the chardev did not open within ${limit} ms`, {
    hint: 'Nothing answered at this address: is the host up, and does a firewall drop the packets?',
  });
}

/** Runs a factory; a signal ends the wait even when the factory does not heed it, and what opens late is closed. */
function settledBy(signal: AbortSignal, factory: ChardevFactory): Promise<Chardev> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    factory(signal).then(
      (chardev) => {
        signal.removeEventListener('abort', onAbort);
        if (signal.aborted) void chardev.close(signal.reason as Error).catch(() => undefined);
        else resolve(chardev);
      },
      (error) => reject(signal.aborted ? signal.reason : error),
    );
  });
}
