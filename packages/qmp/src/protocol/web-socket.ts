import type { Chardev, ChardevHandlers } from './chardev.js';
import { QmpError } from './errors.js';

/** An event of a WebSocket; `data`, `code` and `reason` are looked for. */
interface SocketEvent {
  readonly type: string;
}

type SocketEventType = 'open' | 'message' | 'close' | 'error';

/** What a chardev needs of a WebSocket: a browser's, Node's own from 22 on, or that of the package `ws`. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly url: string;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: SocketEventType, listener: (event: SocketEvent) => void): void;
}

/** Bytes on their way above which `write` returns false, and how often they are looked at then (a socket does not tell). */
const highWaterMark = 64 * 1024;
const drainInterval = 10;

/**
 * Makes a chardev of a WebSocket to a chardev with `websocket=on`, and resolves when it is open. QEMU wants the
 * subprotocol `binary`.
 *
 * @throws {QmpError} QMP_CONNECT_FAILED when it cannot be opened; browsers do not tell why. QMP_ABORTED.
 *
 * @example
 * const vm = await connect((signal) => webSocketChardev(new WebSocket('ws://localhost:4444', 'binary'), signal));
 */
export function webSocketChardev(socket: WebSocketLike, signal?: AbortSignal): Promise<Chardev> {
  socket.binaryType = 'arraybuffer';
  const chardev = new WebSocketChardev(socket);
  return new Promise((resolve, reject) => {
    if (socket.readyState === 1) resolve(chardev);
    const failed = (): void => reject(notOpened(socket.url));
    const onAbort = (): void => {
      socket.close();
      reject(new QmpError('QMP_ABORTED', `connecting to ${socket.url} was aborted`, { cause: signal?.reason }));
    };
    socket.addEventListener('open', () => {
      signal?.removeEventListener('abort', onAbort);
      resolve(chardev);
    });
    socket.addEventListener('error', failed);
    socket.addEventListener('close', failed);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function notOpened(url: string): QmpError {
  return new QmpError('QMP_CONNECT_FAILED', `cannot open ${url}`, {
    hint: 'Does a chardev with websocket=on listen there, and does it let this page’s origin in?',
  });
}

const encoder = new TextEncoder();

class WebSocketChardev implements Chardev {
  readonly label: string;
  readonly #socket: WebSocketLike;
  #handlers: ChardevHandlers | undefined;
  #arrived: Uint8Array[] = [];
  #scheduled = false;
  #paused = false;
  #ended = false;
  #over: { readonly error: Error | undefined } | undefined;
  #told = false;
  #drainTimer: unknown;
  readonly #done: Promise<void>;
  #resolveDone: () => void = () => undefined;

  constructor(socket: WebSocketLike) {
    this.label = socket.url;
    this.#socket = socket;
    this.#done = new Promise((resolve) => {
      this.#resolveDone = resolve;
    });
    socket.addEventListener('message', (event) => this.#message('data' in event ? event.data : undefined));
    socket.addEventListener('close', () => this.#finish(undefined));
  }

  get writableLength(): number {
    return this.#socket.bufferedAmount;
  }

  start(handlers: ChardevHandlers): void {
    if (this.#handlers !== undefined) throw new QmpError('QMP_STATE', `${this.label} was started already`);
    this.#handlers = handlers;
    this.#deliverLater();
  }

  write(data: string | Uint8Array): boolean {
    if (this.#ended || this.#over !== undefined || this.#socket.readyState !== 1) return true;
    this.#socket.send(typeof data === 'string' ? encoder.encode(data) : data.slice());
    if (this.#socket.bufferedAmount < highWaterMark) return true;
    this.#drainTimer ??= setTimeout(() => this.#lookAtDrain(), drainInterval);
    return false;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#deliverLater();
  }

  /** A WebSocket has no half-open state: both directions end. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.close(1000);
  }

  close(reason?: Error): Promise<void> {
    if (this.#over === undefined) {
      this.#socket.close(1000);
      this.#arrived = [];
      this.#finish(reason);
    }
    return this.#done;
  }

  #lookAtDrain(): void {
    this.#drainTimer = undefined;
    if (this.#over !== undefined) return;
    if (this.#socket.bufferedAmount < highWaterMark) this.#handlers?.drain();
    else this.#drainTimer = setTimeout(() => this.#lookAtDrain(), drainInterval);
  }

  #message(data: unknown): void {
    if (this.#over !== undefined) return;
    if (typeof data === 'string') this.#arrived.push(encoder.encode(data));
    else if (data instanceof ArrayBuffer) this.#arrived.push(new Uint8Array(data));
    this.#deliver();
  }

  #finish(error: Error | undefined): void {
    this.#over ??= { error };
    clearTimeout(this.#drainTimer);
    this.#deliverLater();
  }

  #deliverLater(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const handlers = this.#handlers;
    while (handlers !== undefined && !this.#paused && this.#arrived.length > 0) {
      const [chunk] = this.#arrived.splice(0, 1);
      if (chunk !== undefined) handlers.data(chunk);
    }
    if (this.#over === undefined || this.#told || (handlers !== undefined && this.#arrived.length > 0)) return;
    this.#resolveDone();
    if (handlers === undefined) return;
    this.#told = true;
    handlers.close(this.#over.error);
  }
}
