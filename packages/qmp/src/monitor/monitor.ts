import type { JsonObject, JsonReaderOptions, JsonValue } from '../json/index.js';
import type { Chardev, ChardevListener, VersionInfo } from '../protocol/index.js';
import { QmpError } from '../protocol/index.js';
import { Answerer, type AuthorizationRequest } from './answer.js';
import { builtinCommands } from './builtin.js';
import { type MonitorClock, systemClock } from './clock.js';
import type { Command } from './command.js';
import type { CompatPolicy } from './compat.js';
import { Dispatcher } from './dispatcher.js';
import { EventBus, type EventDefinition, throttledEvents } from './events.js';
import { completeLimits, type MonitorLimits } from './limits.js';
import type { MonitorSession } from './monitor-session.js';
import { NegotiationWatch } from './negotiation-watch.js';
import { Printer } from './printer.js';
import { CommandRegistry } from './registry.js';
import type { RaisedEvent } from './result.js';
import { Connection, type Port, type SessionHost } from './session.js';
import { type MonitorTrace, traceEvent } from './trace.js';

/** What a monitor is made of. */
export interface MonitorOptions {
  /** What the greeting and `query-version` say. */
  readonly version: VersionInfo;
  /** The commands. `qmp_capabilities`, `query-version` and `query-commands` are there already; yours replace them. */
  readonly commands?: Iterable<Command>;
  /** Events with a rate limit or a feature. Added to what QEMU's own limits say of that name. */
  readonly events?: Iterable<EventDefinition>;
  /** What clients may enable. @default ['oob'] */
  readonly capabilities?: readonly 'oob'[];
  /** How deprecated and unstable interfaces are treated. @default everything is accepted */
  readonly compat?: CompatPolicy;
  /** What happens when a policy says `crash`. @default the monitor closes, without a reply */
  readonly crash?: (reason: string) => void;
  /** Before the machine exists: only commands with `allowPreconfig` run. See {@link Monitor.preconfig}. @default false */
  readonly preconfig?: boolean;
  /** Order of members inside what is sent. The envelope always has QEMU's. @default 'given' */
  readonly memberOrder?: 'given' | 'qemu';
  /**
   * What happens to the reply of a command whose client went away meanwhile: dropped, or sent to the next client of the
   * same chardev, even before it negotiated, as QEMU does.
   *
   * @default 'drop'
   */
  readonly lateReplies?: 'drop' | 'next-client';
  readonly limits?: Partial<MonitorLimits>;
  readonly clock?: MonitorClock;
  /**
   * Says whether a session may run a command: undefined for yes, or the text of the refusal. Asked before the arguments
   * are looked at. `qmp_capabilities` is not asked about.
   */
  readonly authorize?: (request: AuthorizationRequest) => string | undefined;
  /** Sees everything that happens, with secrets replaced. Must not throw. */
  readonly trace?: (event: MonitorTrace) => void;
}

/** How one chardev is served. */
export interface AttachOptions {
  /** One member a line, as QEMU's `pretty=on`. @default false */
  readonly pretty?: boolean;
}

/** How one listener is served. */
export interface ServeOptions extends AttachOptions {
  /** Clients at a time. The next one waits, ungreeted, until one leaves. @default 1, as QEMU */
  readonly clients?: number;
}

/**
 * The server end of QMP: any number of clients on any number of chardevs, one registry of commands, one queue, one
 * source of events.
 *
 * @example
 * const monitor = createMonitor({ version, commands: [{ name: 'ping', handler: () => ({ pong: true }) }] });
 * await monitor.serve(await listenChardev('unix:/run/my.sock'));
 */
export interface Monitor extends AsyncDisposable {
  /** The commands; add and remove while it runs. */
  readonly commands: CommandRegistry;
  readonly version: VersionInfo;
  /** The sessions that are open now. */
  readonly sessions: ReadonlySet<MonitorSession>;
  /** The machine does not exist yet. Set to false when it does. */
  preconfig: boolean;
  /** Greets the client at the other end of a chardev. */
  attach(chardev: Chardev, options?: AttachOptions): MonitorSession;
  /** Serves the clients of a listener until the listener or the monitor is closed. Closing the monitor closes it. */
  serve(listener: ChardevListener, options?: ServeOptions): Promise<void>;
  /** Raises an event: sent to every client that has negotiated, rate-limited where its kind is. */
  emit(event: string, data?: JsonObject): void;
  /** Answers nothing any more, sends what is written, closes every session and listener. Idempotent. */
  close(): Promise<void>;
}

/** Makes a {@link Monitor}. It serves nobody until a chardev is attached or a listener served. */
export function createMonitor(options: MonitorOptions): Monitor {
  return new QmpMonitor(options);
}

class QmpMonitor implements Monitor, SessionHost {
  readonly commands: CommandRegistry;
  readonly version: VersionInfo;
  readonly limits: MonitorLimits;
  readonly readerOptions: JsonReaderOptions;
  readonly dispatcher: Dispatcher<Connection>;
  readonly sessions = new Set<Connection>();
  preconfig: boolean;

  readonly #options: MonitorOptions;
  readonly #clock: MonitorClock;
  readonly #events: EventBus;
  readonly #answerer: Answerer;
  readonly #listeners = new Set<ChardevListener>();
  readonly #printers = new Map<boolean, Printer>();
  readonly #negotiating: NegotiationWatch<Connection>;
  #unflushed: Connection[] = [];
  #sessionCount = 0;
  #portCount = 0;
  #closed = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.version = options.version;
    this.preconfig = options.preconfig ?? false;
    this.limits = completeLimits(options.limits);
    this.#clock = options.clock ?? systemClock();
    const { negotiation, tokenBytes, tokens, nesting } = this.limits;
    this.readerOptions = { limits: { tokenBytes, tokens, nesting }, doubles: 'keep' };
    this.#negotiating = new NegotiationWatch(this.#clock, negotiation, this.sessions, (late) =>
      this.#tookTooLong(late),
    );
    const capabilities = options.capabilities ?? ['oob'];
    this.commands = new CommandRegistry(options.commands);
    for (const command of builtinCommands(this, capabilities, options.memberOrder ?? 'given')) {
      if (this.commands.get(command.name) === undefined) this.commands.add(command);
    }
    this.#answerer = new Answerer({
      monitor: this,
      emit: (event, data) => this.emit(event, data),
      compat: options.compat ?? {},
      crash: (reason) => this.#crash(reason),
      authorize: options.authorize,
      trace: options.trace,
      lateReplies: options.lateReplies ?? 'drop',
    });
    this.dispatcher = new Dispatcher((connection, value, fault) => this.#answerer.answer(connection, value, fault));
    const definitions = [...throttledEvents, ...(options.events ?? [])];
    this.#events = new EventBus(definitions, this.#clock, options.compat ?? {}, (event) => this.#broadcast(event));
  }

  attach(chardev: Chardev, options: AttachOptions = {}): MonitorSession {
    return this.#open(chardev, options, this.#newPort());
  }

  async serve(listener: ChardevListener, options: ServeOptions = {}): Promise<void> {
    const { clients = 1 } = options;
    if (!(clients >= 1)) throw new QmpError('QMP_OPTION_INVALID', `clients must be a number from 1, not ${clients}`);
    if (this.#closed) throw new QmpError('QMP_STATE', 'serve() needs the monitor open, but it is closed');
    this.#listeners.add(listener);
    const port = this.#newPort();
    for (;;) {
      const chardev = await listener.next();
      if (chardev === undefined) break;
      this.#open(chardev, options, port);
      while (port.open >= clients) await oneLess(port);
    }
    this.#listeners.delete(listener);
    while (port.open > 0) await oneLess(port);
  }

  emit(event: string, data?: JsonObject): void {
    if (!this.#closed) this.#events.emit(event, data);
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.dispatcher.stop();
      this.#events.close();
      this.#negotiating.stop();
    }
    const listeners = [...this.#listeners].map((listener) => listener.close());
    const sessions = [...this.sessions].map((session) => session.close());
    await Promise.all([...listeners, ...sessions]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  outOfBand(connection: Connection, value: JsonValue): void {
    const pending = this.#answerer.answer(connection, value, undefined);
    if (pending === undefined) return;
    connection.outOfBandStarted();
    void pending.then(() => connection.outOfBandFinished());
  }

  flushLater(connection: Connection): void {
    if (this.#unflushed.push(connection) > 1) return;
    queueMicrotask(() => {
      const connections = this.#unflushed;
      this.#unflushed = [];
      for (const each of connections) each.flush();
    });
  }

  now(): number {
    return this.#clock.now();
  }

  gone(connection: Connection, error: Error | undefined): void {
    const { port } = connection;
    this.sessions.delete(connection);
    if (port.current === connection) port.current = undefined;
    this.#options.trace?.({ type: 'close', session: connection, error });
    port.open--;
    port.oneLess();
  }

  #open(chardev: Chardev, options: AttachOptions, port: Port): Connection {
    this.#sessionCount++;
    port.open++;
    const connection = new Connection(this.#sessionCount, chardev, this.#printer(options.pretty ?? false), port, this);
    if (this.#closed || this.sessions.size >= this.limits.sessions) {
      connection.refuse(
        this.#closed
          ? new QmpError('QMP_CLOSED', `${chardev.label}: the monitor is closed`)
          : new QmpError('QMP_LIMIT', `${chardev.label}: ${this.limits.sessions} sessions are open already`),
      );
      return connection;
    }
    this.sessions.add(connection);
    port.current = connection;
    this.#options.trace?.({ type: 'open', session: connection });
    connection.start(connection.printer.greeting(this.version, this.#options.capabilities ?? ['oob']));
    this.#negotiating.start();
    return connection;
  }

  #newPort(): Port {
    this.#portCount++;
    return { current: undefined, turn: -this.#portCount, open: 0, oneLess: () => {} };
  }

  #printer(pretty: boolean): Printer {
    let printer = this.#printers.get(pretty);
    if (printer === undefined) {
      printer = new Printer({ pretty, order: this.#options.memberOrder ?? 'given' });
      this.#printers.set(pretty, printer);
    }
    return printer;
  }

  #broadcast(event: RaisedEvent): void {
    let printer: Printer | undefined;
    let text = '';
    for (const session of this.sessions) {
      if (session.state !== 'running') continue;
      // Most sessions print alike: the text is made again only when the next one does not.
      if (session.printer !== printer) {
        printer = session.printer;
        text = printer.event(event);
      }
      session.send(text);
    }
    if (this.#options.trace !== undefined) this.#options.trace(traceEvent(event, this.#events.secretsOf(event.event)));
  }

  #crash(reason: string): void {
    if (this.#options.crash !== undefined) this.#options.crash(reason);
    else void this.close();
  }

  #tookTooLong(connection: Connection): void {
    const message = `${connection.label} did not negotiate within ${this.limits.negotiation} ms`;
    void connection.close(new QmpError('QMP_LIMIT', message, { hint: 'Send qmp_capabilities first.' }));
  }
}

/** Waits until one session less is open. */
function oneLess(port: Port): Promise<void> {
  return new Promise((resolve) => {
    port.oneLess = resolve;
  });
}
