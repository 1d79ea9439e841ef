import { createSocket } from 'node:dgram';
import { getServers } from 'node:dns';
import { connect, createServer, type Socket } from 'node:net';
import type { HostSocket, HostSocketHandlers, HostSockets } from './sockets.js';

/** How long a name server may take, in milliseconds. */
const RESOLVE_TIME = 5000;

/** The network of the computer that Node runs on. */
export const nodeSockets: HostSockets = {
  connect(host, port, handlers) {
    const socket = connect(port, host, handlers.connected);
    return attach(socket, handlers);
  },
  async listen(address, port, accept) {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const held: Omit<HostSocketHandlers, 'connected'> = accept(
        attach(
          socket,
          relay(() => held),
        ),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, resolve);
    });
    const bound = server.address();
    return {
      port: typeof bound === 'object' && bound !== null ? bound.port : port,
      close: () => void server.close(),
    };
  },
  resolve(query, answer) {
    const [server] = getServers();
    const address = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(server ?? '');
    if (server === undefined || address?.[1] === undefined) return;
    const plain = server.startsWith('[') || server.split(':').length === 2 ? address[1] : server;
    const socket = createSocket(plain.includes(':') ? 'udp6' : 'udp4');
    const timer = setTimeout(() => socket.close(), RESOLVE_TIME);
    socket.on('error', () => {});
    socket.once('message', (reply) => {
      clearTimeout(timer);
      socket.close();
      answer(new Uint8Array(reply));
    });
    socket.send(query, Number(address[2] ?? 53), plain);
  },
};

function attach(socket: Socket, handlers: Omit<HostSocketHandlers, 'connected'>): HostSocket {
  socket.on('data', (data) => handlers.data(new Uint8Array(data)));
  socket.on('end', handlers.ended);
  socket.on('close', handlers.closed);
  socket.on('error', () => {});
  return {
    write: (data) => void socket.write(data),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

/** Handlers that are known only when the connection has been accepted. */
function relay(held: () => Omit<HostSocketHandlers, 'connected'>): Omit<HostSocketHandlers, 'connected'> {
  return {
    data: (data) => held().data(data),
    ended: () => held().ended(),
    closed: () => held().closed(),
  };
}
