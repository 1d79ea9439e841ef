import { type JsonError, JsonReader, type JsonReaderOptions, type JsonValue } from '../json/index.js';
import { type Chardev, QmpError } from '../protocol/index.js';
import type { Dispatcher, Message, Source } from './dispatcher.js';
import { HttpGuard } from './http-guard.js';
import type { MonitorLimits } from './limits.js';
import type { MonitorSession } from './monitor-session.js';
import type { Printer } from './printer.js';
import type { CommandResult } from './result.js';

/** What a connection needs of the monitor it belongs to. */
export interface SessionHost {
  readonly limits: MonitorLimits;
  readonly readerOptions: JsonReaderOptions;
  readonly dispatcher: Dispatcher<Connection>;
  /** Answers an out-of-band message at once. */
  outOfBand(connection: Connection, value: JsonValue): void;
  /** Has `connection.flush()` called at the end of this turn. */
  flushLater(connection: Connection): void;
  /** Milliseconds of the monitor's clock. */
  now(): number;
  gone(connection: Connection, error: Error | undefined): void;
}

/** What the sessions of one chardev, one after the other, have in common. */
export interface Port {
  /** The session that is connected now. */
  current: Connection | undefined;
  /** See {@link Source.turn}. */
  turn: number;
  /** How many are open. */
  open: number;
  /** Called when one is over. */
  oneLess: () => void;
}

/** Output is handed to the chardev when this much is collected, even in the middle of a turn. */
const flushLength = 64 * 1024;
/** Unread input above which the chardev itself is paused. */
const unreadLength = 64 * 1024;

/** The inside of a {@link MonitorSession}: reads messages, hands them to the dispatcher, writes what comes back. */
export class Connection implements MonitorSession, Source {
  readonly number: number;
  readonly label: string;
  readonly printer: Printer;
  readonly port: Port;
  readonly closed: Promise<Error | undefined>;
  /** When it was opened, by the monitor's clock. */
  readonly opened: number;
  state: 'negotiating' | 'running' | 'closed' = 'negotiating';
  capabilities: readonly string[] = [];
  /** Out-of-band is enabled. */
  oob = false;

  readonly #host: SessionHost;
  readonly #chardev: Chardev;
  readonly #reader: JsonReader;
  #guard: HttpGuard | undefined = new HttpGuard();
  #queue: Message[] = [];
  /** An in-band command of this session takes longer. */
  #running = false;
  #outOfBandRunning = 0;
  #out = '';
  /** Within a call that flushes at its end. */
  #corked = false;
  /** Reading waits for the dispatcher. */
  #held = false;
  /** Reading waits for the client to take its output. */
  #blocked = false;
  #chardevPaused = false;
  #ended = false;
  #abort: AbortController | undefined;
  #resolveClosed: (error: Error | undefined) => void = () => {};

  constructor(number: number, chardev: Chardev, printer: Printer, port: Port, host: SessionHost) {
    this.number = number;
    this.label = chardev.label;
    this.printer = printer;
    this.port = port;
    this.#chardev = chardev;
    this.#host = host;
    this.opened = host.now();
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#reader = new JsonReader(
      { message: (value) => this.#message(value), error: (error) => this.#fault(error) },
      host.readerOptions,
    );
  }

  /** Starts to read, after the greeting. */
  start(greeting: string): void {
    this.#chardev.start({
      data: (chunk) => this.#data(chunk),
      end: () => this.#end(),
      drain: () => this.#drained(),
      close: (error) => this.#gone(error),
    });
    this.#chardev.write(greeting);
  }

  /** Turns the client away without a greeting. */
  refuse(reason: QmpError): void {
    this.#stop();
    this.#chardev.start({ data() {}, end() {}, drain() {}, close: () => this.#gone(reason) });
    void this.#chardev.close(reason);
  }

  /** Fires when the session is over. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.state === 'closed') this.#abort.abort();
    return this.#abort.signal;
  }

  /** See {@link Chardev.takeFds}. */
  takeFds(): readonly number[] | undefined {
    return this.#chardev.takeFds?.();
  }

  /** Capabilities negotiation succeeded. */
  negotiated(capabilities: readonly string[]): void {
    this.capabilities = capabilities;
    this.oob = capabilities.includes('oob');
    this.state = 'running';
  }

  /** Writes text, at the end of this turn. */
  send(text: string): void {
    if (this.state === 'closed') return;
    if (this.#blocked) this.#checkOutput();
    this.#out += text;
    if (!this.#corked) this.#host.flushLater(this);
    else if (this.#out.length > flushLength) this.flush();
  }

  /** Writes the reply of a command that succeeded. */
  reply(result: CommandResult, id: JsonValue | undefined): void {
    const long = this.printer.longReply(result, id);
    if (long === undefined) {
      this.send(this.printer.reply(result, id));
      return;
    }
    if (this.state === 'closed') return;
    this.flush();
    this.#write(long.head);
    this.send(long.tail);
  }

  /** Hands what was sent to the chardev. */
  flush(): void {
    if (this.#out === '') return;
    const text = this.#out;
    this.#out = '';
    this.#write(text);
  }

  #write(data: string | Uint8Array): void {
    if (this.#chardev.write(data) || this.#blocked) return;
    if (this.#chardev.writableLength > this.#host.limits.outputPause) {
      this.#blocked = true;
      this.#reader.pause();
    }
  }

  close(reason?: QmpError): Promise<void> {
    if (this.state !== 'closed') {
      if (reason === undefined) this.flush();
      this.#stop();
    }
    return this.#chardev.close(reason);
  }

  get turn(): number {
    return this.port.turn;
  }

  set turn(turn: number) {
    this.port.turn = turn;
  }

  get queued(): number {
    return this.#queue.length;
  }

  enqueue(message: Message): void {
    this.#queue.push(message);
    if (!this.oob || this.#queue.length >= this.#host.limits.queue) this.#hold();
  }

  dequeue(): Message | undefined {
    const message = this.#queue.shift();
    // Reading goes on before the message runs, so that out-of-band commands can overtake it.
    if (this.oob && this.#queue.length === this.#host.limits.queue - 1) this.#release();
    return message;
  }

  started(): void {
    this.#running = true;
    if (!this.oob) this.#hold();
  }

  finished(): void {
    this.#running = false;
    if (this.#queue.length < this.#host.limits.queue) this.#release();
    this.#closeWhenDone();
  }

  /** An out-of-band command takes longer; call {@link outOfBandFinished} when it is answered. */
  outOfBandStarted(): void {
    this.#outOfBandRunning++;
  }

  outOfBandFinished(): void {
    this.#outOfBandRunning--;
    this.#closeWhenDone();
  }

  #data(chunk: Uint8Array): void {
    if (this.state === 'closed') return;
    if (this.#guard !== undefined && this.#isHttp(chunk)) return;
    this.#corked = true;
    this.#reader.push(chunk);
    this.#corked = false;
    this.flush();
    if (!this.#chardevPaused && this.#reader.paused && this.#reader.pendingBytes > unreadLength) {
      this.#chardevPaused = true;
      this.#chardev.pause();
    }
  }

  #isHttp(chunk: Uint8Array): boolean {
    const verdict = this.#guard?.check(chunk);
    if (verdict !== 'more') this.#guard = undefined;
    if (verdict !== 'http') return false;
    const hint = 'Something on this machine, perhaps a web page, sends HTTP to this port.';
    void this.close(new QmpError('QMP_PROTOCOL', `${this.label} sent an HTTP request to a QMP monitor`, { hint }));
    return true;
  }

  #message(value: JsonValue): void {
    if (this.state === 'closed') return;
    if (this.oob && isOutOfBand(value)) this.#host.outOfBand(this, value);
    else this.#host.dispatcher.submit(this, value, undefined);
  }

  #fault(error: JsonError): void {
    if (this.state !== 'closed') this.#host.dispatcher.submit(this, undefined, error.message);
  }

  #hold(): void {
    this.#held = true;
    this.#reader.pause();
  }

  #release(): void {
    this.#held = false;
    this.#readOn();
  }

  #readOn(): void {
    if (this.#held || this.#blocked || this.state === 'closed' || !this.#reader.paused) return;
    const corked = this.#corked;
    this.#corked = true;
    this.#reader.resume();
    this.#corked = corked;
    if (!corked) this.flush();
    if (this.#chardevPaused && !this.#reader.paused) {
      this.#chardevPaused = false;
      this.#chardev.resume();
    }
  }

  #drained(): void {
    this.#blocked = false;
    this.#readOn();
    this.#closeWhenDone();
  }

  #checkOutput(): void {
    const waiting = this.#chardev.writableLength + this.#out.length;
    if (waiting <= this.#host.limits.outputBytes) return;
    const message = `${this.label} does not read: ${waiting} bytes of output wait for it`;
    void this.close(new QmpError('QMP_LIMIT', message, { hint: 'Raise limits.outputBytes or read faster.' }));
  }

  #end(): void {
    this.#ended = true;
    this.#closeWhenDone();
  }

  /** What the client sent before it ended its direction is answered first. */
  #closeWhenDone(): void {
    if (!this.#ended || this.state === 'closed' || this.#reader.paused) return;
    if (!this.#running && this.#outOfBandRunning === 0 && this.#queue.length === 0) void this.close();
  }

  #stop(): void {
    this.state = 'closed';
    this.oob = false;
    this.#queue = [];
    this.#reader.pause();
    this.#host.dispatcher.forget(this);
    this.#abort?.abort();
  }

  #gone(error: Error | undefined): void {
    if (this.state !== 'closed') this.#stop();
    this.#out = '';
    this.#host.gone(this, error);
    this.#resolveClosed(error);
  }
}

function isOutOfBand(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return 'exec-oob' in value && !('execute' in value);
}
