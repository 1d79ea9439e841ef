/** WebSocket (RFC 6455) above a socket, by the optional package `ws`. */
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { StreamChardev } from './stream-chardev.js';

/** How long a handshake may take, in milliseconds. */
const handshakeTimeout = 10_000;

/** The largest message that is taken from a peer. Chardevs send one for each write. */
const maxPayload = 16 * 1024 * 1024;

/** The subprotocol that QEMU asks for. */
const subprotocol = 'binary';

type Ws = typeof import('ws');

async function load(): Promise<Ws> {
  try {
    return await import('ws');
  } catch (cause) {
    throw new QmpError('QMP_DEPENDENCY_MISSING', 'a websocket needs the package ws, which is not installed', {
      cause,
      hint: 'npm install ws',
    });
  }
}

/** Makes a WebSocket of a connected socket. */
export async function websocketClient(socket: Socket, host: string, label: string): Promise<Chardev> {
  const { WebSocket, createWebSocketStream } = await load();
  const websocket = new WebSocket(`ws://${host}/`, subprotocol, {
    createConnection: () => socket.resume(),
    perMessageDeflate: false,
    handshakeTimeout,
    maxPayload,
  });
  const stream = createWebSocketStream(websocket).pause();
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      socket.destroy();
      const hint = 'Check that the server has websocket=on, and that it allows this origin.';
      reject(new QmpError('QMP_CONNECT_FAILED', `${label}: no websocket: ${cause.message}`, { cause, hint }));
    };
    stream.once('error', fail);
    websocket.once('open', () => {
      stream.off('error', fail);
      resolve(new StreamChardev({ label, readable: stream, writable: stream }));
    });
  });
}

/**
 * Makes a WebSocket of an accepted socket. A browser names the page that asks (`Origin`); unless that page is allowed it
 * is refused, since any page on the web can ask. Programs name none and are let in.
 */
export async function websocketServer(socket: Socket, label: string, origins: readonly string[]): Promise<Chardev> {
  const { WebSocketServer, createWebSocketStream } = await load();
  const [request, head] = await upgradeRequest(socket, label);
  const { origin } = request.headers;
  if (origin !== undefined && !origins.includes('*') && !origins.includes(origin)) {
    refuse(socket, 403, `The origin ${origin} is not allowed here. The option origin=${origin} allows it.`);
    throw new QmpError('QMP_PROTOCOL', `${label}: a page of ${origin} asked for a websocket and was refused`);
  }
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  return new Promise((resolve, reject) => {
    server.once('wsClientError', reject);
    server.handleUpgrade(request, socket, head, (websocket) => {
      const stream = createWebSocketStream(websocket).pause();
      resolve(new StreamChardev({ label, readable: stream, writable: stream }));
    });
  });
}

/** Reads the request for an upgrade from a socket; answers and refuses any other. */
function upgradeRequest(socket: Socket, label: string): Promise<[request: IncomingMessage, head: Buffer]> {
  const server = createServer({ maxHeaderSize: 16_384 });
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new QmpError('QMP_PROTOCOL', `${label}: ${why}`));
    };
    const timer = setTimeout(() => {
      socket.destroy();
      fail(`no websocket handshake within ${handshakeTimeout} ms`);
    }, handshakeTimeout);
    socket.once('close', () => fail('the peer left before the websocket handshake'));
    server.once('clientError', () => {
      refuse(socket, 400, 'This port speaks WebSocket.');
      fail('the peer does not speak HTTP');
    });
    server.once('request', (_request, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end('This port speaks WebSocket.\n');
      fail('the peer asked for a page, not for a websocket');
    });
    server.once('upgrade', (request: IncomingMessage, _socket: Duplex, head: Buffer) => {
      clearTimeout(timer);
      resolve([request, head]);
    });
    server.emit('connection', socket);
    socket.resume();
  });
}

function refuse(socket: Socket, status: number, text: string): void {
  const body = `${text}\n`;
  const headers = `Connection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n\r\n${body}`);
}
