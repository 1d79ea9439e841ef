import { type JsonError, JsonReader } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import type { Capability, EventMessage, Greeting } from '../protocol/messages.js';
import { AgentSync } from './agent-sync.js';
import { Attribution, UNDECIDABLE } from './attribution.js';
import { defaultTimeouts } from './deadlines.js';
import { encodeCommand } from './encode.js';
import type { ExecuteOptions } from './execute-options.js';
import { Expiry } from './expiry.js';
import {
  abortedError,
  commandError,
  disconnectedError,
  interruptedError,
  noDescriptors,
  rejection,
  sentOrNot,
  stateError,
  timeoutError,
  undecidableError,
} from './failures.js';
import { Handshake } from './handshake.js';
import type { Opening, OpeningHost } from './opening.js';
import { type Pending, PendingTable, UNSENT } from './pending.js';
import { Sender } from './sender.js';
import type { SessionHost, SessionOptions, SessionState } from './session-types.js';
import { Watchdog } from './watchdog.js';
import { tracedCommand, tracedReply, withoutReturn } from './wire-trace.js';

/** One connection from the greeting to the end: negotiation, commands, replies, events. */
export class Session {
  readonly label: string;
  readonly #chardev: Chardev;
  readonly #host: SessionHost;
  readonly #options: SessionOptions;
  readonly #pending = new PendingTable();
  readonly #attribution = new Attribution(this.#pending);
  readonly #sender: Sender;
  readonly #reader: JsonReader;
  readonly #opening: Opening;
  readonly #expiry: Expiry;
  readonly #watchdog: Watchdog;
  #state: SessionState = 'greeting';
  #oob = false;
  #shutdown: EventMessage | undefined;
  #failure: QmpError | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(chardev: Chardev, host: SessionHost, options: SessionOptions) {
    this.label = chardev.label;
    this.#chardev = chardev;
    this.#host = host;
    this.#options = options;
    const { tracer } = options;
    const sending = tracer && ((pending: Pending): void => tracer(tracedCommand(this.label, pending)));
    this.#sender = new Sender(chardev, this.#pending, this.#attribution, options.clock, sending);
    this.#expiry = new Expiry(options.clock, this.#pending, options.timeouts.warnAt ?? defaultTimeouts.warnAt, {
      late: (pending, waited) =>
        this.#abandon(pending, timeoutError(pending, waited, this.#pending.inBand, this.label)),
      slow: (pending, waited) => host.slow(pending.command, waited, pending.timeout),
    });
    this.#reader = new JsonReader(
      { message: (value) => this.#receive(value), error: (error) => this.#garbage(error) },
      options.reader,
    );
    this.#watchdog = new Watchdog(options.clock, options.timeouts.idle ?? defaultTimeouts.idle, {
      probe: (timeout) => this.send(options.agent ? 'guest-ping' : 'query-version', undefined, timeout, {}),
      dead: (error) => this.destroy(error),
      busy: () => this.#state !== 'running' || this.#waiting(),
    });
    const opening: OpeningHost = {
      write: (data) => void chardev.write(data),
      greeted: () => this.#setState('negotiating'),
      unexpected: (message, why) => this.#unexpected(message, why),
    };
    this.#opening = options.agent
      ? new AgentSync(chardev.label, options, opening)
      : new Handshake(chardev.label, options, opening);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Why the session ended, when it was not this side's wish. */
  get failure(): QmpError | undefined {
    return this.#failure;
  }

  /** The greeting; undefined before it came, and for a guest agent. */
  get greeting(): Greeting | undefined {
    return this.#opening.greeting;
  }

  /** What was enabled in the negotiation. */
  get capabilities(): readonly Capability[] {
    return this.#oob ? ['oob'] : [];
  }

  /** Whether the connection can pass file descriptors. */
  get passesDescriptors(): boolean {
    return this.#chardev.writeWithFds !== undefined;
  }

  /** Commands that are owed a reply or wait for their turn, those that nobody waits for any more included. */
  get inFlight(): number {
    return this.#pending.size;
  }

  /**
   * Waits for the greeting and negotiates. When this rejects, the connection is closed.
   *
   * @throws {QmpError} QMP_GREETING_TIMEOUT, QMP_GREETING_INVALID, QMP_NEGOTIATION_FAILED, QMP_DISCONNECTED, QMP_ABORTED
   */
  async open(signal?: AbortSignal): Promise<void> {
    const handlers: ChardevHandlers = {
      data: (chunk) => this.#data(chunk),
      end: () => this.#ended(),
      drain: () => this.#sender.drained(),
      close: (error) => this.#closed(error),
    };
    const onAbort = (): void => this.destroy(abortedError(signal, 'connect()'));
    signal?.addEventListener('abort', onAbort);
    try {
      this.#chardev.start(handlers);
      if (signal?.aborted) onAbort();
      this.#oob = await this.#opening.run();
      if (this.#oob) this.#sender.limit(this.#options.inFlight);
      if (this.#state !== 'negotiating' && this.#state !== 'greeting') throw this.#failure;
      this.#setState('running');
      this.#watchdog.start();
    } catch (error) {
      const failure = this.#failure ?? (QmpError.is(error) ? error : undefined);
      this.destroy(failure);
      await this.#chardev.close().catch(() => undefined);
      throw failure ?? error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Sends a command and resolves with its return value.
   *
   * @throws {QmpError} QMP_STATE, QMP_ABORTED, QMP_LIMIT when nothing was sent; otherwise how the command ended.
   */
  send(command: string, args: JsonObject | undefined, timeout: number, options: ExecuteOptions): Promise<JsonValue> {
    this.#mustAccept(command, options);
    const { clock, tracer } = this.#options;
    const { oob = false, fds, signal } = options;
    const now = clock.now();
    const body = encodeCommand(command, args, oob);
    return new Promise((resolve) => {
      const pending: Pending = {
        id: UNSENT,
        body,
        fds,
        command,
        args,
        oob,
        sentAt: tracer === undefined ? Math.floor(now) : now,
        timeout,
        warned: false,
        abandoned: false,
        resolve,
        unwatch: undefined,
      };
      this.#expiry.add(pending);
      if (signal !== undefined) this.#watchSignal(pending, signal, options.onAbort);
      this.#sender.push(pending);
    });
  }

  /** Lets the commands in flight finish, then closes the connection. */
  async close(): Promise<void> {
    if (this.#state === 'running') {
      this.#setState('closing');
      this.#watchdog.stop();
      if (this.#waiting()) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    }
    if (this.#state !== 'closed') this.#finish(undefined);
    await this.#chardev.close();
  }

  /** Ends the session now. Commands in flight fail with `error`, or with QMP_CLOSED when this side wants it so. */
  destroy(error?: QmpError): void {
    if (this.#state === 'closed') return;
    this.#failure ??= error;
    this.#finish(this.#failure);
    void this.#chardev.close(error ?? new QmpError('QMP_CLOSED', 'the session was destroyed')).catch(() => undefined);
  }

  // What the chardev tells.

  #data(chunk: Uint8Array): void {
    if (this.#state === 'closed') return;
    this.#watchdog.alive();
    if (this.#state === 'greeting') this.#opening.raw(chunk);
    this.#reader.push(chunk);
    this.#sender.goOn();
  }

  /** The peer sends nothing more: what it still owes will never come. The chardev's `close` tells the cause. */
  #ended(): void {
    if (this.#state === 'closed') return;
    void this.#chardev.close().catch(() => undefined);
  }

  #closed(error: Error | undefined): void {
    if (this.#state === 'closed') return;
    const failure =
      this.#state === 'greeting' || this.#state === 'negotiating'
        ? this.#opening.lost(error)
        : disconnectedError(this.label, error, this.#shutdown, this.#options.agent);
    this.#failure ??= failure;
    this.#finish(this.#failure);
  }

  #garbage(error: JsonError): void {
    if (this.#state === 'closed') return;
    if (this.#state !== 'running' && this.#opening.tolerates(error)) return;
    if (this.#state === 'greeting') {
      this.destroy(this.#opening.notQmp(error));
      return;
    }
    this.destroy(
      new QmpError('QMP_PROTOCOL', `${this.label}: the peer sent what is not JSON: ${error.message}`, {
        cause: error,
        hint: 'What follows cannot be trusted, so the connection was closed. Does something else write to this stream?',
      }),
    );
  }

  // What the peer says.

  #receive(message: JsonValue): void {
    if (this.#state === 'closed') return;
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      if (this.#state === 'greeting') {
        this.destroy(this.#opening.notQmp());
        return;
      }
      this.#unexpected(message, 'a message that is not an object');
      return;
    }
    const object = message as JsonObject;
    if (typeof object.event === 'string') {
      this.#event(object as unknown as EventMessage);
      return;
    }
    if (this.#state === 'greeting' || this.#state === 'negotiating') {
      this.#opening.receive(object);
      return;
    }
    if (object.return !== undefined) {
      this.#reply(object, object.return, undefined);
      return;
    }
    if (object.error !== undefined) {
      this.#reply(object, undefined, object.error);
      return;
    }
    this.#unexpected(object, 'neither a reply nor an event');
  }

  #event(message: EventMessage): void {
    if (message.event === 'SHUTDOWN') this.#shutdown = message;
    this.#options.tracer?.({ type: 'event', label: this.label, event: message });
    this.#host.event(message);
  }

  #reply(message: JsonObject, value: JsonValue | undefined, error: JsonValue | undefined): void {
    const owner = this.#attribution.ownerOf(message.id, error);
    if (typeof owner === 'object') this.#settle(owner, value, error, message);
    else if (owner === UNDECIDABLE) this.destroy(undecidableError(this.label, this.#pending.size, message));
    else this.#unexpected(message, owner);
  }

  #settle(pending: Pending, value: JsonValue | undefined, error: JsonValue | undefined, message: JsonObject): void {
    this.#sender.answered(pending);
    pending.unwatch?.();
    this.#options.tracer?.(tracedReply(this.label, pending, this.#options.clock.now(), value, error));
    if (!pending.abandoned) {
      if (error === undefined) pending.resolve(value as JsonValue);
      else pending.resolve(rejection(commandError(pending, error, message)));
    }
    if (this.#idleWaiters.length > 0 && !this.#waiting()) this.#wakeIdleWaiters();
  }

  #unexpected(message: JsonValue, why: string): void {
    this.#options.tracer?.({ type: 'unexpected', label: this.label, message: withoutReturn(message), why });
    this.#host.unexpected(message, why);
  }

  #watchSignal(pending: Pending, signal: AbortSignal, onAbort: 'forget' | 'disconnect' | undefined): void {
    const listener = (): void => {
      const error = abortedError(signal, `"${pending.command}"`, sentOrNot(pending));
      this.#abandon(pending, error);
      if (onAbort === 'disconnect') this.destroy(error);
    };
    signal.addEventListener('abort', listener);
    pending.unwatch = () => signal.removeEventListener('abort', listener);
  }

  /** Gives up on a command. Its id stays taken until the reply was seen. */
  #abandon(pending: Pending, error: QmpError): void {
    if (pending.abandoned) return;
    pending.abandoned = true;
    pending.unwatch?.();
    pending.resolve(rejection(error));
    if (this.#idleWaiters.length > 0 && !this.#waiting()) this.#wakeIdleWaiters();
  }

  // The end.

  #waiting(): boolean {
    for (const pending of this.#pending) if (!pending.abandoned) return true;
    return false;
  }

  #wakeIdleWaiters(): void {
    for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  #finish(error: QmpError | undefined): void {
    this.#setState('closed', error);
    this.#expiry.stop();
    this.#sender.stop();
    this.#watchdog.stop();
    this.#opening.abort(error ?? new QmpError('QMP_CLOSED', `${this.label}: closed while connecting`));
    for (const pending of this.#pending.clear()) {
      pending.unwatch?.();
      if (!pending.abandoned) pending.resolve(rejection(interruptedError(pending, error, this.label)));
    }
    this.#wakeIdleWaiters();
    this.#host.over(error, this.#shutdown !== undefined);
  }

  #setState(state: SessionState, error?: QmpError): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.tracer?.({ type: 'state', label: this.label, state, ...(error === undefined ? {} : { error }) });
  }

  #mustAccept(command: string, { signal, fds }: ExecuteOptions): void {
    if (this.#state !== 'running') throw stateError(command, this.#state, this.#failure);
    if (signal?.aborted) throw abortedError(signal, `"${command}"`, 'It was not sent.');
    if (fds !== undefined && this.#chardev.writeWithFds === undefined) throw noDescriptors(command, this.label);
    const { waiting } = this.#sender;
    if (waiting <= this.#options.outboxLimit) return;
    throw new QmpError('QMP_LIMIT', `${this.label}: ${waiting} characters wait to be sent`, {
      command,
      hint: 'The server reads slower than commands come. Wait for replies, or raise the option limits.outbox.',
    });
  }
}
