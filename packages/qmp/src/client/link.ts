import type { JsonObject, JsonValue } from '../json/value.js';
import type { Chardev, ChardevFactory } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import type { EventHub } from './events.js';
import type { ExecuteOptions } from './execute-options.js';
import { abortedError, stateError } from './failures.js';
import { openWithin } from './open-chardev.js';
import type { Settings } from './options.js';
import { pauseBefore, readState, settledOrAborted, sleep } from './reconnect.js';
import { Session } from './session.js';
import type { StatusFeed } from './status-feed.js';

/** Where a client stands. */
export type ClientState = 'connecting' | 'running' | 'reconnecting' | 'closing' | 'closed';

/** One session after another to the same server: connecting, reconnecting, and what is true in between. */
export class Link {
  readonly #source: Chardev | ChardevFactory;
  readonly #settings: Settings;
  readonly #agent: boolean;
  readonly #hub: EventHub;
  readonly #feed: StatusFeed;
  readonly #ending = new AbortController();
  #session: Session | undefined;
  #state: ClientState = 'connecting';
  #failure: QmpError | undefined;
  #recovered: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #runningSince = 0;
  /** Pauses between attempts, since a session last held for long: a server that only comes and goes is not rushed. */
  #pauses = 0;

  constructor(source: Chardev | ChardevFactory, settings: Settings, agent: boolean, hub: EventHub, feed: StatusFeed) {
    this.#source = source;
    this.#settings = settings;
    this.#agent = agent;
    this.#hub = hub;
    this.#feed = feed;
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The newest session; undefined before the chardev was open. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Opens the first session. When it rejects, nothing is left open. */
  async open(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#openSession(signal, false);
    } catch (error) {
      this.#finish(QmpError.is(error) ? error : undefined);
      throw error;
    }
  }

  /** Sends a command in the running session; an idempotent one again in the next session when this one is lost. */
  send(command: string, args: JsonObject | undefined, timeout: number, options: ExecuteOptions): Promise<JsonValue> {
    if (options.idempotent === true) return this.#sendAgain(command, args, timeout, options);
    return this.#running(command, options).send(command, args, timeout, options);
  }

  async #sendAgain(
    command: string,
    args: JsonObject | undefined,
    timeout: number,
    options: ExecuteOptions,
  ): Promise<JsonValue> {
    const { clock } = this.#settings;
    const begin = clock.now();
    for (let left = timeout; ; left = timeout - (clock.now() - begin)) {
      if (this.#state === 'reconnecting') await this.#untilRecovered(command, left, options);
      try {
        return await this.#running(command, options).send(command, args, timeout, options);
      } catch (error) {
        // A server that each try brings down is not tried for ever.
        const late = timeout > 0 && clock.now() - begin >= timeout;
        if (late || !this.#wasInterrupted(error)) throw error;
      }
    }
  }

  /** The session that a command can be sent in. */
  #running(command: string, options: ExecuteOptions): Session {
    const session = this.#session;
    if (this.#state !== 'running' || session === undefined) throw stateError(command, this.#state, this.#failure);
    if (options.oob === true && !session.capabilities.includes('oob')) throw noOob(command);
    return session;
  }

  /** A second call waits for the first, which may be waiting for commands under way. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closing';
    this.#ending.abort();
    await this.#session?.close();
    this.#finish(undefined);
  }

  destroy(error: QmpError | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'closing';
    this.#ending.abort();
    this.#session?.destroy(error);
    this.#finish(error);
  }

  async #openSession(signal: AbortSignal | undefined, reconnected: boolean): Promise<void> {
    const { clock, timeouts } = this.#settings;
    const source = this.#source;
    const chardev = typeof source === 'function' ? await openWithin(source, timeouts.open ?? 0, clock, signal) : source;
    const session: Session = new Session(
      chardev,
      {
        event: (message) => this.#hub.receive(message),
        slow: (command, milliseconds, limit) => this.#feed.tell({ type: 'slow', command, milliseconds, limit }),
        unexpected: (message, why) => this.#feed.tell({ type: 'unexpected', message, why }),
        over: (error, orderly) => {
          if (this.#session === session && this.#state === 'running') this.#lost(error, orderly);
        },
      },
      { ...this.#settings, agent: this.#agent },
    );
    this.#session = session;
    await session.open(signal);
    this.#state = 'running';
    this.#runningSince = clock.now();
    this.#feed.tell({ type: 'connected', version: session.greeting?.QMP.version, reconnected });
    if (session.state === 'closed') this.#lost(session.failure, false);
  }

  #wasInterrupted(error: unknown): boolean {
    const lost = QmpError.is(error) && (error.code === 'QMP_DISCONNECTED' || error.code === 'QMP_PROTOCOL');
    return lost && this.#state === 'reconnecting';
  }

  async #untilRecovered(command: string, timeout: number, { signal }: ExecuteOptions): Promise<void> {
    const end = await settledOrAborted(this.#recovered, this.#settings.clock, timeout, signal);
    if (end === 'aborted') throw abortedError(signal, `"${command}"`, 'It was not sent again.');
    if (end === 'late') throw stateError(command, this.#state, this.#failure);
  }

  #lost(error: QmpError | undefined, orderly: boolean): void {
    if (error === undefined) {
      this.#finish(undefined);
      return;
    }
    const { reconnect } = this.#settings;
    this.#feed.tell({ type: 'disconnected', error, orderly });
    if (reconnect === undefined || (orderly && !reconnect.afterShutdown)) {
      this.#finish(error);
      return;
    }
    this.#state = 'reconnecting';
    this.#failure = error;
    if (this.#settings.clock.now() - this.#runningSince >= reconnect.maxDelay) this.#pauses = 0;
    this.#hub.gap();
    this.#recovered = this.#recover(error);
  }

  /** Tries until a session runs, the attempts are used up, or the client is closed. Never rejects. */
  async #recover(first: QmpError): Promise<void> {
    const { clock, reconnect } = this.#settings;
    const { signal } = this.#ending;
    let error = first;
    for (let attempt = 1; reconnect !== undefined && !signal.aborted; attempt++) {
      if (reconnect.attempts > 0 && attempt > reconnect.attempts) break;
      const delay = pauseBefore(++this.#pauses, reconnect);
      this.#feed.tell({ type: 'reconnecting', attempt, delay, error });
      await sleep(clock, delay, signal);
      if (signal.aborted) break;
      try {
        await this.#openSession(signal, true);
        this.#failure = undefined;
        if (!this.#agent) void this.#tellState();
        return;
      } catch (cause) {
        error = QmpError.is(cause) ? cause : new QmpError('QMP_CONNECT_FAILED', String(cause), { cause });
      }
    }
    if (!signal.aborted) this.#finish(error);
  }

  async #tellState(): Promise<void> {
    const timeout = this.#settings.timeouts.command ?? 0;
    const state = await readState((command) => this.send(command, undefined, timeout, {}));
    if (this.#state === 'running') this.#feed.tell({ type: 'recovered', state });
  }

  #finish(error: QmpError | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#failure = error;
    this.#hub.finish(error);
    this.#feed.end({ type: 'closed', error });
  }
}

function noOob(command: string): QmpError {
  return new QmpError('QMP_UNSUPPORTED', `"${command}" cannot be executed out-of-band: it is not enabled here`, {
    command,
    hint: 'The server did not offer it, or the option oob is false.',
  });
}
