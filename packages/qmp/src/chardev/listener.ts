/** Server sockets: tcp and unix. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Chardev, ChardevListener } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';

/** Turns an accepted, paused socket into a chardev; for TLS and WebSocket that takes a handshake. */
export type Wrap = (socket: Socket) => Chardev | Promise<Chardev>;

/** How many clients may wait in this process; the system holds a few more. */
const maxWaiting = 16;

/** A client that nobody has taken yet. Without a handshake it is paused, so that nothing happens to it. */
interface Waiting {
  readonly socket: Socket;
  /** Present after a handshake. */
  readonly chardev?: Chardev;
}

/**
 * Hands out one client after the other. Handshakes are made while clients wait, so that one that says nothing keeps
 * nobody else waiting.
 */
export class SocketListener implements ChardevListener {
  readonly label: string;
  readonly #servers: readonly Server[];
  readonly #wrap: Wrap;
  readonly #handshakes: boolean;
  /** Those whose handshake is not over, the oldest first. */
  readonly #shaking = new Set<Socket>();
  readonly #waiting: Waiting[] = [];
  readonly #takers: (() => void)[] = [];
  #closed = false;

  /** @param handshakes whether wrapping takes a handshake; without one a client hears nothing until it is taken. */
  constructor(label: string, servers: readonly Server[], wrap: Wrap, handshakes: boolean) {
    this.label = label;
    this.#servers = servers;
    this.#wrap = wrap;
    this.#handshakes = handshakes;
    for (const server of servers) server.on('connection', (socket: Socket) => this.#accepted(socket));
  }

  async next(signal?: AbortSignal): Promise<Chardev | undefined> {
    while (!this.#closed) {
      if (signal?.aborted) throw aborted(this.label, signal);
      const client = this.#waiting.shift();
      if (client === undefined) await this.#arrival(signal);
      else if (client.chardev !== undefined) return client.chardev;
      else {
        try {
          return await this.#wrap(client.socket);
        } catch {
          client.socket.destroy();
        }
      }
    }
    return undefined;
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const socket of this.#shaking) socket.destroy();
      for (const { socket } of this.#waiting.splice(0)) socket.destroy();
      for (const taker of this.#takers.splice(0)) taker();
      closeServers(this.#servers);
    }
    return Promise.resolve();
  }

  #accepted(socket: Socket): void {
    if (this.#closed || !this.#makeRoom()) {
      socket.destroy();
      return;
    }
    if (this.#handshakes) void this.#shake(socket);
    else this.#ready({ socket });
  }

  /** A handshake takes milliseconds: of too many clients, the one that takes longest over it goes first. */
  #makeRoom(): boolean {
    if (this.#waiting.length + this.#shaking.size < maxWaiting) return true;
    const [slowest] = this.#shaking;
    if (slowest === undefined) return false;
    this.#shaking.delete(slowest);
    slowest.destroy();
    return true;
  }

  async #shake(socket: Socket): Promise<void> {
    socket.on('error', ignore);
    this.#shaking.add(socket);
    try {
      const chardev = await this.#wrap(socket);
      if (this.#shaking.has(socket) && !this.#closed) this.#shaken({ socket, chardev });
      else socket.destroy();
    } catch {
      // A client that fails its handshake is no client: go on with the next one.
      socket.destroy();
    }
    this.#shaking.delete(socket);
  }

  /** A client that is read may leave before it is taken. */
  #shaken(client: Waiting): void {
    client.socket.once('close', () => {
      const index = this.#waiting.indexOf(client);
      if (index !== -1) this.#waiting.splice(index, 1);
    });
    this.#ready(client);
  }

  #ready(client: Waiting): void {
    this.#waiting.push(client);
    this.#takers.shift()?.();
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
