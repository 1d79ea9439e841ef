/** What runs above a socket: TLS, then WebSocket or telnet. */
import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { hostPort, labelOf } from './label.js';
import type { OpenOptions } from './open-options.js';
import { adoptSocket, connectPlain, connectSocket } from './socket.js';
import type { SocketSpec } from './spec.js';
import { StreamChardev } from './stream-chardev.js';
import { TelnetChardev } from './telnet.js';
import { findCreds, tlsClient, tlsServer } from './tls.js';
import type { TlsCreds } from './tls-creds.js';
import { tlsWriter } from './tls-writer.js';
import { ReceivingChardev } from './unix-chardev.js';
import { websocketClient, websocketServer } from './websocket.js';

/** Connects, and makes the layers that the spec asks for. */
export async function openSocketChardev(spec: SocketSpec, options: OpenOptions): Promise<Chardev> {
  const label = labelOf(spec);
  const { signal } = options;
  if (spec.tlsCreds === undefined && spec.protocol !== 'websocket') {
    const chardev =
      spec.address.type === 'fd' ? inherited(spec.address.fd, label) : await connectSocket(spec, label, signal);
    return spec.protocol === 'telnet' ? new TelnetChardev(chardev, 'client') : chardev;
  }
  const creds = findCreds(spec, options.tlsCreds);
  const host = spec.address.type === 'inet' ? spec.address.host || 'localhost' : 'localhost';
  const plain = await connectPlain(spec, label, signal);
  return untilAborted(plain, label, signal, async () => {
    const named = spec.address.type === 'inet' ? hostPort(host, spec.address.port) : host;
    if (spec.tlsCreds === undefined) return websocketClient(plain, named, label);
    const secure = await tlsClient(plain, host, label, creds);
    if (spec.protocol === 'websocket') return websocketClient(secure, named, label);
    const chardev = overTls(secure, label);
    return spec.protocol === 'telnet' ? new TelnetChardev(chardev, 'client') : chardev;
  });
}

/** Makes the layers on an accepted socket; those with a handshake take a while. */
export function serveSocket(
  spec: SocketSpec,
  plain: Socket,
  label: string,
  { creds, receiveFds }: { readonly creds: TlsCreds | undefined; readonly receiveFds: boolean },
): Chardev | Promise<Chardev> {
  plain.setNoDelay(spec.nodelay);
  if (creds !== undefined) return serveTls(spec, plain, label, creds);
  if (spec.protocol === 'websocket') return websocketServer(plain, label, spec.origins);
  if (receiveFds) return new ReceivingChardev(plain, label);
  const chardev = adoptSocket(plain, label, spec.address.type);
  return spec.protocol === 'telnet' ? new TelnetChardev(chardev, 'server') : chardev;
}

async function serveTls(spec: SocketSpec, plain: Socket, label: string, creds: TlsCreds): Promise<Chardev> {
  const secure = await tlsServer(plain, label, creds);
  if (spec.protocol === 'websocket') return websocketServer(secure, label, spec.origins);
  const chardev = overTls(secure, label);
  return spec.protocol === 'telnet' ? new TelnetChardev(chardev, 'server') : chardev;
}

function overTls(socket: TLSSocket, label: string): Chardev {
  return new StreamChardev({ label, readable: socket, writable: tlsWriter(socket) });
}

/** A connected socket that this process got from the one that started it. */
function inherited(fd: number, label: string): Chardev {
  try {
    return adoptSocket(new Socket({ fd, allowHalfOpen: true }).pause(), label, 'unix');
  } catch (cause) {
    throw new QmpError('QMP_CONNECT_FAILED', `descriptor ${fd} is not an open socket: ${(cause as Error).message}`, {
      cause,
      hint: 'Pass it when starting this process, as in stdio: [0, 1, 2, socket] for descriptor 3.',
    });
  }
}

/** Runs handshakes and drops the socket when the caller gives up meanwhile. */
async function untilAborted(
  socket: Socket,
  label: string,
  signal: AbortSignal | undefined,
  work: () => Promise<Chardev>,
): Promise<Chardev> {
  const abort = () => socket.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await work();
  } catch (error) {
    socket.destroy();
    if (!signal?.aborted) throw error;
    throw new QmpError('QMP_ABORTED', `connecting to ${label} was aborted`, { cause: signal.reason });
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
