/** Server sockets: tcp and unix. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Chardev, ChardevListener } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';

/** Turns an accepted, paused socket into a chardev; for TLS and WebSocket that takes a handshake. */
export type Wrap = (socket: Socket) => Chardev | Promise<Chardev>;

/** How many clients may wait in this process; the system holds a few more. */
const maxWaiting = 16;

/** Hands out one client after the other. */
export class SocketListener implements ChardevListener {
  readonly label: string;
  readonly #servers: readonly Server[];
  readonly #wrap: Wrap;
  readonly #sockets: Socket[] = [];
  readonly #takers: (() => void)[] = [];
  #closed = false;

  constructor(label: string, servers: readonly Server[], wrap: Wrap) {
    this.label = label;
    this.#servers = servers;
    this.#wrap = wrap;
    for (const server of servers) server.on('connection', (socket: Socket) => this.#accepted(socket));
  }

  async next(signal?: AbortSignal): Promise<Chardev | undefined> {
    for (;;) {
      const socket = await this.#nextSocket(signal);
      if (socket === undefined) return undefined;
      try {
        return await this.#wrap(socket);
      } catch {
        // A client that fails its handshake is no client: go on with the next one.
        socket.destroy();
      }
    }
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const socket of this.#sockets.splice(0)) socket.destroy();
      for (const taker of this.#takers.splice(0)) taker();
      closeServers(this.#servers);
    }
    return Promise.resolve();
  }

  #accepted(socket: Socket): void {
    if (this.#closed || this.#sockets.length >= maxWaiting) {
      socket.destroy();
      return;
    }
    socket.on('error', ignore);
    socket.once('close', () => {
      const index = this.#sockets.indexOf(socket);
      if (index !== -1) this.#sockets.splice(index, 1);
    });
    this.#sockets.push(socket);
    this.#takers.shift()?.();
  }

  async #nextSocket(signal?: AbortSignal): Promise<Socket | undefined> {
    while (!this.#closed) {
      if (signal?.aborted) throw aborted(this.label, signal);
      const socket = this.#sockets.shift();
      if (socket !== undefined) return socket;
      await this.#arrival(signal);
    }
    return undefined;
  }

  #arrival(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const taker = () => {
        const index = this.#takers.indexOf(taker);
        if (index !== -1) this.#takers.splice(index, 1);
        signal?.removeEventListener('abort', taker);
        resolve();
      };
      signal?.addEventListener('abort', taker, { once: true });
      this.#takers.push(taker);
    });
  }
}

/** Binds a server and resolves when it listens. Clients it accepts are paused and may end one direction. */
export function listen(
  options: { path: string } | { fd: number } | { host: string; port: number; ipv6Only?: boolean },
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

/** Stops servers from accepting. Does not wait for the clients they accepted: these live on as chardevs. */
export function closeServers(servers: readonly Server[]): void {
  for (const server of servers) server.close();
}

function ignore(): void {}

function aborted(label: string, signal: AbortSignal): QmpError {
  return new QmpError('QMP_ABORTED', `waiting for a client on ${label} was aborted`, { cause: signal.reason });
}
