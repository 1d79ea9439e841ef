import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { QueueChardev } from './queue-chardev.js';

/** The part of the browser's `WebSocket` that is used. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array): void;
  close(): void;
  addEventListener(type: string, listener: (event: { readonly data?: unknown; readonly code?: number }) => void): void;
}

/** How often to look whether the socket has sent what it holds, in milliseconds: a browser does not tell. */
const lookInterval = 10;

/**
 * Opens a chardev over the global `WebSocket`: of a browser, a worker, or Node 22 and newer.
 *
 * @param url such as `ws://localhost:4445/`, where QEMU or `qmp-machine` has `websocket=on`.
 * @throws {QmpError} QMP_CONNECT_FAILED; a browser does not say why. QMP_ABORTED. QMP_UNSUPPORTED without a WebSocket.
 */
export function openWebSocket(url: string, signal?: AbortSignal): Promise<Chardev> {
  if (typeof WebSocket === 'undefined') {
    throw new QmpError('QMP_UNSUPPORTED', 'there is no global WebSocket here', {
      hint: "On Node 20 use openChardev('ws://…') of qmp/chardev.",
    });
  }
  const socket: WebSocketLike = new WebSocket(url, 'binary');
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => {
    const chardev = new WebSocketChardev(url, socket);
    const abort = () => {
      socket.close();
      reject(new QmpError('QMP_ABORTED', `connecting to ${url} was aborted`, { cause: signal?.reason }));
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    // A `close` follows, which has the news.
    socket.addEventListener('error', () => {});
    socket.addEventListener('open', () => {
      signal?.removeEventListener('abort', abort);
      resolve(chardev);
    });
    socket.addEventListener('close', () => {
      signal?.removeEventListener('abort', abort);
      reject(
        new QmpError('QMP_CONNECT_FAILED', `cannot connect to ${url}`, {
          hint: 'Check the address, that its server has websocket=on, and that it allows the origin of this page.',
        }),
      );
    });
  });
}

class WebSocketChardev extends QueueChardev {
  readonly #socket: WebSocketLike;
  #looking = false;

  constructor(url: string, socket: WebSocketLike) {
    super(url, 65_536);
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) this.received(new Uint8Array(data));
      else if (typeof data === 'string') this.received(new TextEncoder().encode(data));
    });
    socket.addEventListener('close', ({ code }) => {
      // 1000 and 1001 are orderly ends, 1005 is one that gives no code (RFC 6455, section 7.4).
      const orderly = code === 1000 || code === 1001 || code === 1005;
      if (orderly) this.receivedEnd();
      else this.finish(new QmpError('QMP_DISCONNECTED', `${url}: the connection broke (WebSocket code ${code})`));
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
