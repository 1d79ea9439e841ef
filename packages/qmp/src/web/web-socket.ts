import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { QueueChardev } from '../protocol/queue-chardev.js';

/** An event of a WebSocket: what was received, or why it ended. */
export interface WebSocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
}

/** The part of a `WebSocket` that is used: a browser's, that of Node 22 and newer, or that of the package `ws`. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly url: string;
  send(data: Uint8Array): void;
  close(): void;
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: WebSocketEvent) => void): void;
}

/** How often to look whether the socket has sent what it holds, in milliseconds: a browser does not tell. */
const lookInterval = 10;

/** `WebSocket.OPEN`. */
const open = 1;

/**
 * Opens a chardev over a WebSocket, in a browser, a worker or Node.
 *
 * @param target an address such as `ws://localhost:4445/`, where a chardev has `websocket=on`; or a socket of your own,
 * made with the subprotocol `binary`.
 * @throws {QmpError} QMP_CONNECT_FAILED; a browser does not say why. QMP_ABORTED. QMP_UNSUPPORTED for an address where
 * there is no global `WebSocket`.
 *
 * @example
 * const vm = await connect((signal) => openWebSocket('ws://localhost:4445/', signal));
 */
export async function openWebSocket(target: string | WebSocketLike, signal?: AbortSignal): Promise<Chardev> {
  const socket = typeof target === 'string' ? dial(target) : target;
  socket.binaryType = 'arraybuffer';
  const chardev = new WebSocketChardev(socket);
  if (socket.readyState !== open) await opened(socket, signal);
  return chardev;
}

function dial(url: string): WebSocketLike {
  if (typeof WebSocket === 'undefined') {
    throw new QmpError('QMP_UNSUPPORTED', 'there is no global WebSocket here', {
      hint: "On Node 20 use openChardev('ws://…') of qmp/chardev.",
    });
  }
  return new WebSocket(url, 'binary');
}

function opened(socket: WebSocketLike, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      socket.close();
      reject(new QmpError('QMP_ABORTED', `connecting to ${socket.url} was aborted`, { cause: signal?.reason }));
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    // A `close` follows, which has the news.
    socket.addEventListener('error', () => {});
    socket.addEventListener('open', () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    socket.addEventListener('close', () => {
      signal?.removeEventListener('abort', abort);
      reject(
        new QmpError('QMP_CONNECT_FAILED', `cannot connect to ${socket.url}`, {
          hint: 'Check the address, that its server has websocket=on, and that it allows the origin of this page.',
        }),
      );
    });
  });
}

class WebSocketChardev extends QueueChardev {
  readonly #socket: WebSocketLike;
  #looking = false;

  constructor(socket: WebSocketLike) {
    super(socket.url, 65_536);
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) this.received(new Uint8Array(data));
      else if (typeof data === 'string') this.received(new TextEncoder().encode(data));
    });
    socket.addEventListener('close', ({ code }) => {
      // 1000 and 1001 are orderly ends, 1005 is one that gives no code (RFC 6455, section 7.4).
      const orderly = code === 1000 || code === 1001 || code === 1005;
      if (orderly) this.receivedEnd();
      else
        this.finish(new QmpError('QMP_DISCONNECTED', `${this.label}: the connection broke (WebSocket code ${code})`));
    });
  }

  get writableLength(): number {
    return this.#socket.bufferedAmount;
  }

  protected transmit(bytes: Uint8Array): void {
    this.#socket.send(bytes);
    if (!this.#looking && this.writableLength >= this.highWaterMark) this.#look();
  }

  /** A WebSocket ends both directions at once. */
  protected transmitEnd(): void {
    this.#socket.close();
  }

  protected shut(): void {
    this.#socket.close();
  }

  protected taken(): void {}

  #look(): void {
    this.#looking = true;
    setTimeout(() => {
      this.#looking = false;
      if (this.over) return;
      if (this.writableLength === 0) this.caughtUp();
      else this.#look();
    }, lookInterval);
  }
}
