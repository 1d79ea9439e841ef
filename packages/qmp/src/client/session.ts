import { encodeCompact, type JsonError, JsonReader, type JsonReaderOptions } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import type { Capability, EventMessage, Greeting } from '../protocol/messages.js';
import { redactArguments, redactReply } from '../protocol/redact.js';
import type { Clock } from './clock.js';
import { Timer } from './clock.js';
import { defaultTimeouts, type Timeouts } from './deadlines.js';
import { abortedError, commandError, disconnectedError, interruptedError, timeoutError } from './failures.js';
import { Handshake } from './handshake.js';
import type { Opening } from './opening.js';
import { Outbox } from './outbox.js';
import { ANONYMOUS, type Pending, PendingTable } from './pending.js';
import type { Tracer } from './trace.js';
import { Watchdog } from './watchdog.js';

/** Where a session stands. It only ever moves to the right; every failure leads to `closed`. */
export type SessionState = 'greeting' | 'negotiating' | 'running' | 'closing' | 'closed';

/** What a session tells its owner. */
export interface SessionHost {
  event(message: EventMessage): void;
  /** A command takes long. It is still waited for. */
  slow(command: string, milliseconds: number, limit: number): void;
  /** Something came that nobody waits for: an unknown id, a reply nobody asked for. */
  unexpected(message: JsonValue, why: string): void;
  /**
   * The session is over, and this is the last call. `error` is undefined when this side closed it; `orderly` tells that
   * a SHUTDOWN event came before.
   */
  over(error: QmpError | undefined, orderly: boolean): void;
}

/** What a session needs to know. All are required: defaults are the owner's business. */
export interface SessionOptions {
  readonly clock: Clock;
  /** Runs a callback at the end of this turn. */
  readonly defer: (callback: () => void) => void;
  readonly timeouts: Timeouts;
  /** Enables out-of-band execution when the server offers it. */
  readonly oob: boolean;
  /** The peer is a guest agent: no greeting, and this many characters that tell our synchronisation apart. */
  readonly agent: boolean;
  readonly tracer: Tracer | undefined;
  /** The most characters that may wait for a peer that reads slowly. */
  readonly outboxLimit: number;
  /** Limits of the JSON reader. */
  readonly reader: JsonReaderOptions;
}

/** How one command is to be executed. */
export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the caller gives up; 0 for never. */
  readonly timeout: number;
  readonly oob?: boolean | undefined;
  /** What an abort does besides forgetting the command. */
  readonly onAbort?: 'forget' | 'disconnect' | undefined;
}

/** How often deadlines are looked at, at the least, in milliseconds. */
const GRANULARITY = 20;

/** One connection from the greeting to the end: negotiation, commands, replies, events. */
export class Session {
  readonly label: string;
  readonly #chardev: Chardev;
  readonly #host: SessionHost;
  readonly #options: SessionOptions;
  readonly #pending = new PendingTable();
  readonly #outbox: Outbox;
  readonly #reader: JsonReader;
  readonly #opening: Opening;
  readonly #deadlines: Timer;
  readonly #watchdog: Watchdog;
  #nextCheck = Number.POSITIVE_INFINITY;
  #state: SessionState = 'greeting';
  #oob = false;
  /** After an error without id: whose it is cannot be told until a later in-band command was answered. */
  #quarantine = false;
  #shutdown: EventMessage | undefined;
  #failure: QmpError | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(chardev: Chardev, host: SessionHost, options: SessionOptions) {
    this.label = chardev.label;
    this.#chardev = chardev;
    this.#host = host;
    this.#options = options;
    this.#outbox = new Outbox(chardev, options.defer);
    this.#deadlines = new Timer(options.clock, () => this.#expire());
    this.#reader = new JsonReader(
      { message: (value) => this.#receive(value), error: (error) => this.#garbage(error) },
      options.reader,
    );
    this.#watchdog = new Watchdog(options.clock, options.timeouts.idle ?? defaultTimeouts.idle, {
      probe: (timeout) => this.send(options.agent ? 'guest-ping' : 'query-version', undefined, { timeout }),
      dead: (error) => this.destroy(error),
      busy: () => this.#state !== 'running' || this.#pending.size > 0,
    });
    this.#opening = new Handshake(chardev.label, options, {
      write: (data) => void chardev.write(data),
      greeted: () => this.#setState('negotiating'),
      unexpected: (message, why) => this.#unexpected(message, why),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The greeting; undefined before it came, and for a guest agent. */
  get greeting(): Greeting | undefined {
    return this.#opening.greeting;
  }

  /** What was enabled in the negotiation. */
  get capabilities(): readonly Capability[] {
    return this.#oob ? ['oob'] : [];
  }

  /** Commands that are owed a reply, those that nobody waits for any more included. */
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
      drain: () => this.#outbox.drained(),
      close: (error) => this.#closed(error),
    };
    const onAbort = (): void => this.destroy(abortedError(signal, 'connect()'));
    signal?.addEventListener('abort', onAbort);
    try {
      this.#chardev.start(handlers);
      if (signal?.aborted) onAbort();
      this.#oob = await this.#opening.run();
      if (this.#state !== 'negotiating' && this.#state !== 'greeting') throw this.#failure;
      this.#setState('running');
      this.#watchdog.start();
    } catch (error) {
      const failure = this.#failure ?? (QmpError.is(error) ? error : undefined);
      this.destroy(failure);
      throw failure ?? error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Sends a command and resolves with its return value. The caller has checked that the session is running. */
  send(command: string, args: JsonObject | undefined, options: SendOptions): Promise<JsonValue> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted) return reject(abortedError(signal, `"${command}"`, 'It was not sent.'));
      if (this.#outbox.length > this.#options.outboxLimit) return reject(this.#outboxFull(command));
      const oob = options.oob === true;
      const id = this.#pending.takeId(!oob && !this.#quarantine);
      const text = encodeCommand(command, args, id, oob);
      const now = this.#options.clock.now();
      const deadline = options.timeout > 0 ? now + options.timeout : Number.POSITIVE_INFINITY;
      const warn = (this.#options.timeouts.warnAt ?? defaultTimeouts.warnAt) * options.timeout;
      const pending: Pending = {
        id,
        command,
        args,
        oob,
        sentAt: now,
        deadline,
        warnAt: warn > 0 ? now + warn : Number.POSITIVE_INFINITY,
        abandoned: false,
        resolve,
        reject,
        unwatch: undefined,
      };
      if (signal !== undefined) this.#watchSignal(pending, signal, options.onAbort);
      this.#pending.add(pending);
      if (pending.warnAt < this.#nextCheck || deadline < this.#nextCheck)
        this.#checkAt(Math.min(pending.warnAt, deadline));
      if (this.#options.tracer !== undefined) this.#traceCommand(pending);
      this.#outbox.push(text);
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
        : disconnectedError(this.label, error, this.#shutdown);
    this.#failure ??= failure;
    this.#finish(this.#failure);
  }

  #garbage(error: JsonError): void {
    if (this.#state === 'closed') return;
    if (this.#options.agent && this.#opening.tolerates(error)) return;
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
    if (object.event !== undefined) {
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
    const { id } = message;
    if (id === undefined && error !== undefined && (this.#quarantine || isStreamError(error))) {
      this.#strayError(message, error);
      return;
    }
    const pending = this.#pending.settle(id);
    if (pending === undefined) {
      if (id === undefined && error !== undefined && this.#pending.size > 0) {
        this.#strayError(message, error);
        return;
      }
      this.#unexpected(message, id === undefined ? 'a reply nobody waits for' : 'a reply with an unknown id');
      return;
    }
    if (this.#quarantine && !pending.oob) this.#quarantine = false;
    this.#settle(pending, value, error, message);
  }

  /**
   * An error without id that does not belong to the one command without id: the server could not read something. With
   * one command on its way it was that one; else nobody can tell whose it was, and the connection ends rather than
   * blaming the wrong one. Follow-up errors of the same broken message are only reported: until the commands that are
   * sent from now on are answered, errors without id are nobody's.
   */
  #strayError(message: JsonObject, error: JsonValue): void {
    if (this.#quarantine || this.#pending.size === 0) {
      this.#quarantine = true;
      this.#unexpected(message, 'an error without id that belongs to no command');
      return;
    }
    const sole = this.#pending.sole();
    if (sole === undefined) {
      this.destroy(
        new QmpError(
          'QMP_PROTOCOL',
          `${this.label}: an error without id, with ${this.#pending.size} commands under way`,
          {
            received: message,
            hint: 'Whose it is cannot be told; the connection was closed rather than failing the wrong command.',
          },
        ),
      );
      return;
    }
    this.#pending.settle(sole.id === ANONYMOUS ? undefined : sole.id);
    this.#quarantine = true;
    this.#settle(sole, undefined, error, message);
  }

  #settle(pending: Pending, value: JsonValue | undefined, error: JsonValue | undefined, message: JsonObject): void {
    pending.unwatch?.();
    if (this.#options.tracer !== undefined) this.#traceReply(pending, value, error);
    if (!pending.abandoned) {
      if (error === undefined) pending.resolve(value as JsonValue);
      else pending.reject(commandError(pending, error, message));
    }
    if (this.#idleWaiters.length > 0 && !this.#waiting()) this.#wakeIdleWaiters();
  }

  #unexpected(message: JsonValue, why: string): void {
    this.#options.tracer?.({ type: 'unexpected', label: this.label, message, why });
    this.#host.unexpected(message, why);
  }

  // Time.

  #watchSignal(pending: Pending, signal: AbortSignal, onAbort: 'forget' | 'disconnect' | undefined): void {
    const listener = (): void => {
      const error = abortedError(signal, `"${pending.command}"`, 'It was sent and may still run.');
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
    pending.reject(error);
    if (this.#idleWaiters.length > 0 && !this.#waiting()) this.#wakeIdleWaiters();
  }

  #checkAt(time: number): void {
    this.#nextCheck = time;
    if (time === Number.POSITIVE_INFINITY) return;
    this.#deadlines.set(Math.max(1, time - this.#options.clock.now()));
  }

  /** Fails what is over its time, tells of what is slow, and finds the next time to look. */
  #expire(): void {
    const now = this.#options.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const pending of this.#pending) {
      if (pending.abandoned) continue;
      if (pending.deadline <= now) {
        this.#abandon(pending, timeoutError(pending, now - pending.sentAt, this.#pending.inBand, this.label));
        continue;
      }
      if (pending.warnAt <= now) {
        pending.warnAt = Number.POSITIVE_INFINITY;
        this.#host.slow(pending.command, now - pending.sentAt, pending.deadline - pending.sentAt);
      }
      next = Math.min(next, pending.deadline, pending.warnAt);
    }
    this.#checkAt(Math.max(next, now + GRANULARITY));
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
    this.#deadlines.clear();
    this.#watchdog.stop();
    this.#opening.abort(error ?? new QmpError('QMP_CLOSED', `${this.label}: closed while connecting`));
    for (const pending of this.#pending.clear()) {
      pending.unwatch?.();
      if (!pending.abandoned) pending.reject(interruptedError(pending, error, this.label));
    }
    this.#wakeIdleWaiters();
    this.#host.over(error, this.#shutdown !== undefined);
  }

  #setState(state: SessionState, error?: QmpError): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.tracer?.({ type: 'state', label: this.label, state, ...(error === undefined ? {} : { error }) });
  }

  #outboxFull(command: string): QmpError {
    return new QmpError('QMP_LIMIT', `${this.label}: ${this.#outbox.length} characters wait to be sent`, {
      command,
      hint: 'The server reads slower than commands come. Wait for replies, or raise the option limits.outbox.',
    });
  }

  #traceCommand(pending: Pending): void {
    const { command, args, id, oob } = pending;
    this.#options.tracer?.({
      type: 'command',
      label: this.label,
      command,
      ...(id === ANONYMOUS ? {} : { id }),
      oob,
      ...(args === undefined ? {} : { arguments: redactArguments(command, args) }),
    });
  }

  #traceReply(pending: Pending, value: JsonValue | undefined, error: JsonValue | undefined): void {
    const { command, id, sentAt, abandoned } = pending;
    this.#options.tracer?.({
      type: 'reply',
      label: this.label,
      command,
      ...(id === ANONYMOUS ? {} : { id }),
      milliseconds: this.#options.clock.now() - sentAt,
      value: redactReply(command, value ?? error ?? null),
      late: abandoned,
      failed: error !== undefined,
    });
  }
}

/** The shortest form on the wire, with a newline for peers that read line by line. */
function encodeCommand(command: string, args: JsonObject | undefined, id: number, oob: boolean): string {
  let text = oob ? '{"exec-oob":' : '{"execute":';
  text += encodeCompact(command);
  if (args !== undefined) text += `,"arguments":${encodeCompact(args)}`;
  return id === ANONYMOUS ? `${text}}\n` : `${text},"id":${id}}\n`;
}

/** Errors of reading, which QEMU raises before it knows of an id (lexer, parser, limits, shape). */
function isStreamError(error: JsonValue): boolean {
  const desc = (error as JsonObject | null)?.desc;
  return (
    typeof desc === 'string' &&
    (desc.startsWith('JSON parse error') ||
      /^JSON .* limit exceeded$/.test(desc) ||
      desc === 'QMP input must be a JSON object')
  );
}
