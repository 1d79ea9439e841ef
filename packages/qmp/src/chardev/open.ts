/** Opens and listens on chardevs. */
import type { Chardev, ChardevFactory, ChardevListener } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { requireReceiving } from './descriptor-stream.js';
import { openDevice, openFile, openPipe } from './file.js';
import { labelOf } from './label.js';
import { SocketListener, type Wrap } from './listener.js';
import { acceptIntoOneBuffer } from './one-buffer.js';
import { OneClient } from './one-client.js';
import type { OpenOptions } from './open-options.js';
import { parseAddress } from './parse.js';
import { listenPty } from './pty.js';
import { bind } from './server.js';
import { NullChardev, RingbufChardev } from './sink.js';
import { openSocketChardev, serveSocket } from './socket-layers.js';
import type { ChardevSpec, SocketSpec } from './spec.js';
import { stayAwake } from './stay-awake.js';
import { openStdio } from './stdio.js';
import { findCreds } from './tls.js';

/**
 * Opens a chardev: connects a socket, opens a file or a terminal.
 *
 * @param address what {@link parseAddress} reads, or its result.
 * @throws {QmpError} QMP_CONNECT_FAILED saying why, QMP_ADDRESS_INVALID, QMP_OPTION_INVALID, QMP_ABORTED, or
 * QMP_DEPENDENCY_MISSING when the backend needs a package that is not installed.
 */
export async function openChardev(address: string | ChardevSpec, options: OpenOptions = {}): Promise<Chardev> {
  const spec = typeof address === 'string' ? parseAddress(address) : address;
  if (spec.backend === 'socket' && spec.server) {
    throw new QmpError('QMP_OPTION_INVALID', `${labelOf(spec)} has server=on, but this end connects`, {
      hint: 'Leave server=on out here; it belongs to the other end.',
    });
  }
  return open(spec, options, 'client');
}

/** A factory that opens the same address each time, for a client that reconnects. */
export function chardevFactory(address: string | ChardevSpec): ChardevFactory {
  const spec = typeof address === 'string' ? parseAddress(address) : address;
  return (signal) => openChardev(spec, { signal });
}

/**
 * Listens on a chardev. One that is no server, such as stdio or a socket that connects, is its own first client, and the
 * last one unless it has `reconnect`.
 *
 * @throws {QmpError} QMP_LISTEN_FAILED saying why: in use, no permission, not loopback and without TLS. With `receiveFds`
 * also QMP_OPTION_INVALID for what is no plain unix socket, QMP_DEPENDENCY_MISSING, QMP_UNSUPPORTED.
 */
export async function listenChardev(
  address: string | ChardevSpec,
  options: OpenOptions = {},
): Promise<ChardevListener> {
  const spec = typeof address === 'string' ? parseAddress(address) : address;
  if (spec.backend === 'pty') return listenPty(spec);
  if (spec.backend === 'socket' && spec.server) return listenSocket(spec, options);
  const reconnectMs = spec.backend === 'socket' ? spec.reconnectMs : 0;
  return new OneClient(labelOf(spec), reconnectMs, async (signal) => {
    return open(spec, { ...options, ...(signal === undefined ? {} : { signal }) }, 'server');
  });
}

async function listenSocket(spec: SocketSpec, options: OpenOptions): Promise<ChardevListener> {
  const creds = findCreds(spec, options.tlsCreds);
  const receiveFds = receivesFds(spec, options.receiveFds ?? false);
  const arrived = pollAfterInput(options.poll ?? 0);
  const { servers, label } = await bind(spec, creds);
  const handshakes = creds !== undefined || spec.protocol === 'websocket';
  // TLS, WebSocket and what receives descriptors read the socket themselves.
  if (!receiveFds && !handshakes) {
    for (const server of servers) acceptIntoOneBuffer(server, arrived);
  }
  const wrap: Wrap = (socket) => {
    const peer = socket.remoteAddress === undefined ? '' : ` <-> ${socket.remoteAddress}:${socket.remotePort}`;
    return serveSocket(spec, socket, `${label},server=on${peer}`, { creds, receiveFds });
  };
  return new SocketListener(label, servers, wrap, handshakes);
}

/** What to call at each input. */
function pollAfterInput(milliseconds: number): (() => void) | undefined {
  if (!(milliseconds >= 0 && milliseconds <= 1000)) {
    throw new QmpError('QMP_OPTION_INVALID', `"poll" has to be a number from 0 to 1000, not ${String(milliseconds)}`, {
      hint: 'It is milliseconds: 0.1 is enough for a client on the same host.',
    });
  }
  return milliseconds === 0 ? undefined : stayAwake(milliseconds);
}

/** Whether open files are received over a socket of that kind. */
function receivesFds(spec: SocketSpec, wanted: boolean | 'if-possible'): boolean {
  if (wanted === false) return false;
  try {
    if (spec.address.type !== 'unix' || spec.protocol !== 'raw' || spec.tlsCreds !== undefined) {
      throw new QmpError('QMP_OPTION_INVALID', `${labelOf(spec)} cannot carry file descriptors`, {
        hint: 'Only a unix socket can, without TLS, telnet or WebSocket on it.',
      });
    }
    requireReceiving();
    return true;
  } catch (error) {
    if (wanted === 'if-possible') return false;
    throw error;
  }
}

function open(spec: ChardevSpec, options: OpenOptions, role: 'server' | 'client'): Promise<Chardev> | Chardev {
  switch (spec.backend) {
    case 'socket':
      return openSocketChardev(spec, options);
    case 'stdio':
      return openStdio(spec, options.echo ?? false);
    case 'file':
      return openFile(spec);
    case 'pipe':
      return openPipe(spec, role);
    case 'serial':
      return openDevice(spec);
    case 'ringbuf':
      return new RingbufChardev(spec.size);
    case 'null':
      return new NullChardev();
    case 'pty':
      throw new QmpError('QMP_OPTION_INVALID', 'a pty has no other end to open yet', {
        hint: 'Listen on it, or open the path that its owner names, such as /dev/pts/3.',
      });
    default:
      return spec satisfies never;
  }
}
