import type { Api as NewestApi } from '../api/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import type { Chardev, ChardevFactory } from '../protocol/chardev.js';
import type { QmpError } from '../protocol/errors.js';
import type { Capability, Greeting, VersionInfo } from '../protocol/messages.js';
import type {
  AnyApi,
  Api,
  Arguments,
  CommandName,
  EventName,
  EventOf,
  EventSelector,
  Extended,
  ReceivedEvent,
  Rest,
  Result,
  WithOob,
} from './api-types.js';
import type { Clock } from './clock.js';
import { timeoutOf } from './deadlines.js';
import { type EventGap, EventHub, type EventListener, type ListenOptions } from './events.js';
import { checkExecuteOptions, type ExecuteOptions } from './execute-options.js';
import { atCaller } from './failures.js';
import { Introspection } from './introspection.js';
import { type ClientState, Link } from './link.js';
import type { LiveSchema } from './live-schema.js';
import type { Settings } from './options.js';
import type { Queue } from './queue.js';
import type { Status } from './status.js';
import { StatusFeed } from './status-feed.js';
import { Usage, type UsageOptions } from './usage.js';
import { waitForEvent } from './wait.js';

/** What {@link QmpClient.status} returns: an async iterator, closed by `close()`, `using`, or leaving the loop. */
export type StatusListener = EventListener<Status>;

export interface WaitOptions extends ListenOptions {
  /** Milliseconds, 0 without limit. @default 0 */
  readonly timeout?: number;
}

const NO_OPTIONS: ExecuteOptions = {};
const acceptAll: UsageOptions = { deprecated: 'accept', unstable: 'accept' };

/** A client of one monitor. Made by `connect()`. */
export class QmpClient<A extends Api = AnyApi> implements AsyncDisposable {
  readonly #settings: Settings;
  readonly #feed = new StatusFeed();
  readonly #hub: EventHub;
  readonly #link: Link;
  readonly #introspection: Introspection;

  /** For `connect()`: makes a client that is not connected yet. */
  constructor(source: Chardev | ChardevFactory, settings: Settings, agent = false) {
    this.#settings = settings;
    this.#hub = new EventHub(
      settings.history,
      (error) => this.#feed.tell({ type: 'callback-failed', error }),
      (dropped) => this.#feed.tell({ type: 'overflow', dropped }),
    );
    this.#link = new Link(source, settings, agent, this.#hub, this.#feed);
    // A guest agent has no schema that could be asked for.
    const usage = new Usage(agent ? acceptAll : settings.usage, (use) => this.#feed.tell({ type: 'warning', ...use }));
    this.#introspection = new Introspection(this.#link, settings.schemas, usage, settings.timeouts);
  }

  /** The address in QEMU's own syntax. */
  get label(): string {
    return this.#link.session?.label ?? '';
  }

  get state(): ClientState {
    return this.#link.state;
  }

  /** The server's greeting; undefined for a guest agent. */
  get greeting(): Greeting | undefined {
    return this.#link.session?.greeting;
  }

  /** The server's version, from its greeting. */
  get version(): VersionInfo | undefined {
    return this.greeting?.QMP.version;
  }

  /** The capabilities that are enabled. */
  get capabilities(): readonly Capability[] {
    return this.#link.session?.capabilities ?? [];
  }

  /**
   * Whether the connection is of a kind that can pass file descriptors: a unix socket. The optional package `koffi` is
   * looked for when one is passed.
   */
  get passesDescriptors(): boolean {
    return this.#link.session?.passesDescriptors ?? false;
  }

  /** Commands that are owed a reply or wait for their turn, those that nobody waits for any more included. */
  get inFlight(): number {
    return this.#link.session?.inFlight ?? 0;
  }

  /** The clock of the options. */
  get clock(): Clock {
    return this.#settings.clock;
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
  execute<C extends CommandName<A>>(
    command: C,
    ...rest: Rest<A, C, WithOob<A, C, ExecuteOptions>>
  ): Promise<Result<A, C>> {
    try {
      return this.#send(command, rest[0] as JsonObject | undefined, rest[1] as ExecuteOptions | undefined) as Promise<
        Result<A, C>
      >;
    } catch (error) {
      return Promise.reject(atCaller(error, this.execute));
    }
  }

  /**
   * Executes a command and waits for an event that it causes, whichever comes first: the listener is armed before the
   * command is sent. Each of the two has the time that the command has (`timeout`, or the deadline table).
   *
   * @throws {QmpError} what {@link execute} throws; QMP_COMMAND_TIMEOUT also when the event does not come in time.
   */
  async executeAndWait<C extends CommandName<A>, E extends EventName<A>>(
    command: C,
    args: Arguments<A, C>,
    until: EventSelector<A, E>,
    options: WithOob<A, C, ExecuteOptions & WaitOptions> = {},
  ): Promise<{ result: Result<A, C>; event: EventOf<A, E> }> {
    const listener = this.#arm<EventOf<A, E>>(until, options);
    try {
      const result = (await this.#send(command, args as JsonObject, options)) as Result<A, C>;
      const timeout = options.timeout ?? timeoutOf(command, this.#settings.timeouts);
      const what = `an event after "${command}"`;
      const event = await waitForEvent(listener, { ...options, timeout }, this.#settings.clock, what);
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

  /** What the server says of its own commands and events. Fetched once for each version. */
  schema(): Promise<LiveSchema> {
    return this.#introspection.schema();
  }

  /**
   * Asks the live schema whether this server has a command or event, or what a path leads to: `arguments.node-name`,
   * `arguments.driver=nbd`, `return.status`, `data.reason`, `@deprecated`.
   */
  async supports(name: string, path?: string): Promise<boolean> {
    return (await this.schema()).supports(name, path);
  }

  /** This client with these newer commands in its type, if the server has them all; otherwise undefined. */
  async ifSupports<C extends CommandName<NewestApi>>(...commands: C[]): Promise<QmpClient<Extended<A, C>> | undefined> {
    const schema = await this.schema();
    return commands.every((command) => schema.supports(command)) ? this.as<Extended<A, C>>() : undefined;
  }

  /** What happens to the connection from now on, and what happened before the first call. Ends after `closed`. */
  status(): StatusListener {
    return this.#feed.watch();
  }

  /** Lets the commands in flight finish, then closes. Idempotent. */
  close(): Promise<void> {
    return this.#link.close();
  }

  /** Closes now: commands in flight fail with QMP_CLOSED, or with `error` when one is given. Idempotent. */
  destroy(error?: QmpError): void {
    this.#link.destroy(error);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** For `connect()`: opens the first session. When it rejects, nothing is left open. */
  async open(signal: AbortSignal | undefined): Promise<this> {
    await this.#link.open(signal);
    return this;
  }

  #arm<T>(selector: unknown, options: ListenOptions & { readonly gaps?: boolean }): Queue<T> {
    return this.#hub.listen(selector as EventSelector<AnyApi, string>, options) as Queue<unknown> as Queue<T>;
  }

  #send(command: string, args: JsonObject | undefined, options: ExecuteOptions = NO_OPTIONS): Promise<JsonValue> {
    if (options !== NO_OPTIONS) checkExecuteOptions(options);
    const { clock, timeouts } = this.#settings;
    const timeout = options.timeout ?? timeoutOf(command, timeouts);
    if (this.#introspection.check(command, args)) return this.#link.send(command, args, timeout, options);
    const known = this.#introspection.untilKnown(command, clock, timeout, options.signal);
    return known.then(() => this.#send(command, args, options));
  }
}
