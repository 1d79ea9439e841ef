import { connect, type Socket } from 'node:net';
import { Failure, type Json, type Start } from './case.js';
import { brief, difference, hasWildcard, rawExpression } from './match.js';

export const defaultTimeout = 5000;

/** A raw connection to a monitor: what a case's steps talk through. */
export class Peer {
  readonly #socket: Socket;
  /** Received and not yet expected, bytes as latin1 characters. */
  #text = '';
  #chunks: string[] = [];
  #length = 0;
  #wake: () => void = () => {};
  ended = false;
  ignored: ReadonlySet<string> = new Set();

  /** Connects, trying again while nobody listens. */
  static async open(path: string): Promise<Peer> {
    const deadline = performance.now() + defaultTimeout;
    for (;;) {
      const socket = connect({ path, allowHalfOpen: true });
      const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
        socket.once('connect', () => resolve(undefined));
        socket.once('error', resolve);
      });
      if (error === undefined) return new Peer(socket);
      const retry = ['ECONNREFUSED', 'ENOENT', 'EAGAIN'].includes(error.code ?? '');
      if (!retry || performance.now() > deadline) throw new Failure(`cannot connect to ${path}: ${error.message}`);
      await sleep(20);
    }
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      this.#chunks.push(String(text));
      this.#length += text.length;
      this.#wake();
    });
    const end = () => {
      this.ended = true;
      this.#wake();
    };
    socket.on('end', end);
    socket.on('error', end);
    socket.on('close', end);
  }

  /** Goes through what precedes a case: the greeting, and negotiation. */
  async begin(start: Start): Promise<void> {
    if (start === 'raw') return;
    const greeting = await this.next(defaultTimeout);
    if (difference({ QMP: '$any' }, greeting) !== undefined) throw new Failure(`no greeting, got ${brief(greeting)}`);
    if (start === 'greeted') return;
    const enable = start === 'oob' ? ', "arguments": {"enable": ["oob"]}' : '';
    await this.send(Buffer.from(`{"execute": "qmp_capabilities"${enable}}\r\n`));
    const reply = await this.next(defaultTimeout);
    if (difference({ return: {} }, reply) !== undefined) throw new Failure(`negotiation failed: ${brief(reply)}`);
  }

  /** The descriptor, for passing others over it. */
  get descriptor(): number {
    const handle = (this.#socket as unknown as { _handle?: { fd?: number } })._handle;
    if (handle?.fd === undefined) throw new Failure('the socket has no descriptor');
    return handle.fd;
  }

  /** Sends bytes, in pieces of `chunk`. Resolves when the system has taken them. */
  async send(data: Uint8Array, chunk = data.length, delay = 0): Promise<void> {
    for (let at = 0; at < data.length; at += chunk) {
      if (this.#socket.destroyed) throw new Failure('the server closed the connection while we were sending');
      const taken = this.#socket.write(data.subarray(at, at + chunk));
      if (!taken) await within(defaultTimeout * 12, 'the server does not read our data', this.#drained());
      if (delay > 0) await sleep(delay);
    }
  }

  /** The next message, events that the case ignores left out. */
  async next(timeout: number): Promise<Json> {
    const deadline = performance.now() + timeout;
    for (;;) {
      const message = this.#take();
      if (message === undefined) {
        if (!(await this.#more(deadline))) throw new Failure(this.#nothing(timeout));
      } else if (!this.#isIgnored(message)) return message;
    }
  }

  /** Expects exactly these bytes. */
  async expectRaw(want: string, timeout: number): Promise<void> {
    const deadline = performance.now() + timeout;
    if (hasWildcard(want)) return this.#expectExpression(want, deadline);
    while (this.#length < want.length) {
      if (want.length < 65_536 && !want.startsWith(this.#all().slice(0, want.length))) break;
      if (!(await this.#more(deadline))) break;
    }
    const text = this.#all();
    if (text.startsWith(want)) return this.#keep(text.slice(want.length));
    let at = 0;
    while (at < want.length && want[at] === text[at]) at++;
    await this.#more(performance.now() + 50);
    const from = Math.max(0, at - 60);
    const got = this.#all().slice(from, at + 200);
    throw new Failure(`bytes differ at ${at}: want ${brief(want.slice(from, at + 200))}, got ${brief(got)}`);
  }

  /** Takes everything that arrives until it is quiet: for recording. */
  async takeUntilQuiet(quiet: number, longest: number): Promise<string> {
    const end = performance.now() + longest;
    const first = await this.#more(end);
    while (first && (await this.#more(Math.min(end, performance.now() + quiet))));
    const text = this.#all();
    this.#keep('');
    return text;
  }

  /** Expects nothing for a while, and the connection open. */
  async expectQuiet(milliseconds: number): Promise<void> {
    await this.#until(milliseconds);
    if (this.#all().trim() !== '') throw new Failure(`expected silence, got ${brief(this.#all())}`);
    if (this.ended) throw new Failure('expected silence, but the server closed the connection');
  }

  async expectEnd(timeout: number): Promise<void> {
    await this.#until(timeout);
    if (this.#all().trim() !== '') throw new Failure(`expected end of file, got ${brief(this.#all())}`);
    if (!this.ended) throw new Failure('expected end of file, the connection is still open');
  }

  /** After the last step nothing more may have come. */
  expectNothingLeft(name: string): void {
    for (;;) {
      const message = this.#take();
      if (message === undefined) break;
      if (!this.#isIgnored(message)) throw new Failure(`unexpected extra message on ${name}: ${brief(message)}`);
    }
    if (this.#all().trim() !== '') throw new Failure(`unexpected extra bytes on ${name}: ${brief(this.#all())}`);
  }

  halfClose(): void {
    this.#socket.end();
  }

  async close(): Promise<void> {
    if (this.#socket.closed) return;
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    this.#socket.destroy();
    await closed;
  }

  async #expectExpression(want: string, deadline: number): Promise<void> {
    const expression = rawExpression(want);
    for (;;) {
      const text = this.#all();
      const match = expression.exec(text);
      // A match that ends with what has arrived may still grow, unless it ends a line.
      if (match !== null) return this.#keep(text.slice(match[0].length));
      if (!(await this.#more(deadline))) throw new Failure(`bytes differ: want ${brief(want)}, got ${brief(text)}`);
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('drain', resolve);
      this.#socket.once('close', resolve);
    });
  }

  #all(): string {
    if (this.#chunks.length > 0) {
      this.#text += this.#chunks.join('');
      this.#chunks = [];
    }
    return this.#text;
  }

  #keep(text: string): void {
    this.#text = text;
    this.#length = text.length;
  }

  /** Takes one whole message off what has arrived. One that begins with a line `{` is pretty and ends with `}`. */
  #take(): Json | undefined {
    const text = this.#all().replace(/^[ \t\r\n]+/, '');
    const pretty = text.startsWith('{\r\n');
    const end = text.indexOf(pretty ? '\r\n}\r\n' : '\n');
    if (end < 0) return undefined;
    const stop = end + (pretty ? 5 : 1);
    this.#keep(text.slice(stop));
    try {
      return JSON.parse(text.slice(0, stop)) as Json;
    } catch {
      throw new Failure(`not a message: ${brief(text.slice(0, stop))}`);
    }
  }

  #isIgnored(message: Json): boolean {
    if (typeof message !== 'object' || message === null || Array.isArray(message)) return false;
    return typeof message.event === 'string' && this.ignored.has(message.event);
  }

  #nothing(timeout: number): string {
    const why = this.ended ? 'the server closed the connection' : `no complete message after ${timeout} ms`;
    return `${why}; unread bytes: ${brief(this.#all())}`;
  }

  /** Waits until the deadline or the end, whatever arrives. */
  async #until(milliseconds: number): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (await this.#more(deadline));
  }

  /** Waits for more. @returns false at the deadline or when the server has closed. */
  async #more(deadline: number): Promise<boolean> {
    if (this.ended) return false;
    const left = deadline - performance.now();
    if (left <= 0) return false;
    const before = this.#length;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, left);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
    return this.#length > before;
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function within(milliseconds: number, why: string, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Failure(why)), milliseconds);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
