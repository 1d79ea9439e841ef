import type { V86Connection, V86NetworkAdapter } from '../internals-devices.js';
import type { UserNetConfig } from './config.js';
import { classify, udpReply } from './frames.js';
import type { HostListener, HostSocket, HostSocketHandlers, HostSockets } from './sockets.js';

/** Connections a guest may have through one network; more are refused. */
const MOST_CONNECTIONS = 256;
const LOOPBACK = '127.0.0.1';

/**
 * The host at the other end of the guest's cable. v86's network stack answers ARP, DHCP and ping, and speaks TCP; this
 * decides what it gets to see, and joins its connections with the real host's, as far as the configuration allows.
 */
export class UserNetwork {
  readonly #adapter: V86NetworkAdapter;
  readonly #config: UserNetConfig;
  readonly #sockets: HostSockets | undefined;
  readonly #listeners: HostListener[] = [];
  readonly #open = new Set<HostSocket>();
  /** The frame that v86's stack is looking at, and how it was given to it. */
  #current: { readonly frame: Uint8Array; readonly pass: (frame: Uint8Array) => void } | undefined;
  #over = false;

  constructor(adapter: V86NetworkAdapter, config: UserNetConfig, sockets: HostSockets | undefined) {
    this.#adapter = adapter;
    this.#config = config;
    this.#sockets = sockets;
    // v86 by itself would fetch what a guest asks of port 80 anywhere.
    adapter.bus.listeners['tcp-connection'] = [];
    adapter.on_tcp_connection = (connection) => this.#connectOut(connection);
  }

  /** Ports of the real host that lead to the guest, in the order of the configuration. */
  get forwardedPorts(): number[] {
    return this.#listeners.map(({ port }) => port);
  }

  /**
   * Opens the ports that lead to the guest.
   *
   * @throws {Error} when one cannot be opened.
   */
  async start(): Promise<void> {
    for (const { address, port, guestPort } of this.#config.hostForwards) {
      if (this.#sockets === undefined) throw new Error('there are no host ports to forward in a web page');
      const accept = (socket: HostSocket) => this.#connectIn(socket, guestPort);
      try {
        this.#listeners.push(await this.#sockets.listen(address, port, accept));
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        throw new Error(`Could not set up host forwarding rule 'tcp:${address}:${port}-:${guestPort}': ${problem}`);
      }
    }
  }

  /** Takes a frame from the guest. What goes nowhere is dropped, as what v86 cannot read. */
  send(frame: Uint8Array, pass: (frame: Uint8Array) => void): void {
    const kind = classify(frame);
    const { host, restrict } = this.#config;
    if (kind.type === 'dns' && kind.to === host) {
      if (!restrict) this.#resolve(frame.slice(), kind.query);
      return;
    }
    const known =
      kind.type === 'dhcp' ||
      (kind.type === 'arp-request' && kind.target === host) ||
      (kind.type === 'ping' && kind.to === host) ||
      (kind.type === 'tcp' && !(restrict && kind.opens));
    if (!known) return;
    this.#pass(frame, pass);
  }

  close(): void {
    this.#over = true;
    for (const listener of this.#listeners) listener.close();
    for (const socket of this.#open) socket.destroy();
  }

  #pass(frame: Uint8Array, pass: (frame: Uint8Array) => void): void {
    this.#current = { frame, pass };
    try {
      pass(frame);
    } catch {
      // A guest may send what v86's stack does not expect.
    } finally {
      this.#current = undefined;
    }
  }

  #resolve(request: Uint8Array, query: Uint8Array): void {
    this.#sockets?.resolve(query, (reply) => {
      if (!this.#over) this.#adapter.receive(udpReply(request, reply));
    });
  }

  #connectOut(connection: V86Connection): void {
    const { tuple } = connection;
    // A guest that repeats its first packet is still being connected.
    if (this.#current === undefined || this.#adapter.tcp_conn[tuple] !== undefined) return;
    if (this.#sockets === undefined || this.#open.size >= MOST_CONNECTIONS) return;
    const { frame, pass } = this.#current;
    const first = frame.slice();
    const address = [...connection.psrc].join('.');
    const target = address === this.#config.host ? LOOPBACK : address;
    const { handlers, use } = this.#join(connection);
    // v86 refuses at once what it does not know.
    this.#adapter.tcp_conn[tuple] = connection;
    let connected = false;
    const socket = this.#sockets.connect(target, connection.sport, {
      ...handlers,
      connected: () => {
        connected = true;
        if (!this.#over) connection.accept();
      },
      closed: () => {
        if (connected) handlers.closed();
        else {
          this.#open.delete(socket);
          if (!this.#over) this.#refuse(connection, () => this.#pass(first, pass));
        }
      },
    });
    use(socket);
  }

  /** v86 answers what nobody takes with a reset. */
  #refuse(connection: V86Connection, again: () => void): void {
    const take = this.#adapter.on_tcp_connection;
    delete this.#adapter.tcp_conn[connection.tuple];
    this.#adapter.on_tcp_connection = undefined;
    again();
    this.#adapter.on_tcp_connection = take;
  }

  #connectIn(socket: HostSocket, guestPort: number): Omit<HostSocketHandlers, 'connected'> {
    if (this.#open.size >= MOST_CONNECTIONS) {
      socket.destroy();
      return { data: () => {}, ended: () => {}, closed: () => {} };
    }
    const connection = this.#adapter.connect(guestPort);
    const { handlers, use } = this.#join(connection);
    use(socket);
    return handlers;
  }

  /** Joins both connections: bytes, ends of directions, and the end. */
  #join(connection: V86Connection) {
    let socket: HostSocket | undefined;
    connection.on('data', (data) => socket?.write(data.slice()));
    connection.on('shutdown', () => socket?.end());
    connection.on('close', () => socket?.destroy());
    // The guest's end of a connection that the host ended first is told by nothing else.
    const release = connection.release.bind(connection);
    connection.release = () => {
      release();
      socket?.end();
    };
    const handlers = {
      data: (data: Uint8Array) => {
        if (!this.#over) connection.write(data);
      },
      ended: () => {
        if (!this.#over) connection.close();
      },
      closed: () => {
        if (socket !== undefined) this.#open.delete(socket);
        if (!this.#over) connection.close();
      },
    };
    const use = (joined: HostSocket) => {
      socket = joined;
      this.#open.add(joined);
    };
    return { handlers, use };
  }
}
