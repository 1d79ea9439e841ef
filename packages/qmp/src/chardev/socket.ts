/** Client sockets: tcp and unix. */
import { lstatSync } from 'node:fs';
import { type NetConnectOpts, connect as netConnect, type Socket } from 'node:net';
import { QmpError } from '../protocol/errors.js';
import { connectError, systemCode } from './errors.js';
import { OneBufferSocket } from './one-buffer.js';
import type { InetAddress, SocketAddress, SocketSpec, UnixAddress } from './spec.js';
import { StreamChardev } from './stream-chardev.js';
import { UnixChardev } from './unix-chardev.js';

/** The longest path of a unix socket: `sun_path` less its final zero. */
const longestPath = process.platform === 'linux' ? 107 : 103;

/** How often to try again while the queue of a listener is full, and the pause between, in milliseconds. */
const queueTries = 100;
const queuePause = 20;

/** Connects a socket and resolves when it is open. It is paused: nothing was read. */
export function connectSocket(spec: SocketSpec, label: string, signal?: AbortSignal): Promise<StreamChardev> {
  const dial = () => new OneBufferSocket({ noDelay: spec.nodelay }).connect(connectOptions(spec)).pause();
  return openSocket(dial, spec, label, signal).then((socket) => adoptSocket(socket, label, spec.address.type));
}

/** Connects a socket for what goes on top of it: nothing reads it yet. */
export function connectPlain(spec: SocketSpec, label: string, signal?: AbortSignal): Promise<Socket> {
  return openSocket(() => netConnect(connectOptions(spec)).pause(), spec, label, signal);
}

/**
 * Connects. A unix listener whose queue is full refuses at once (EAGAIN); clients that have just left may still be in it,
 * so that is tried again for a while.
 */
async function openSocket(dial: () => Socket, spec: SocketSpec, label: string, signal?: AbortSignal): Promise<Socket> {
  for (let left = queueTries; ; left--) {
    try {
      return await connected(dial(), spec, label, signal);
    } catch (error) {
      if (left === 0 || systemCode((error as Error).cause) !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, queuePause));
    }
  }
}

/** Waits until a socket is connected. */
function connected(socket: Socket, spec: SocketSpec, label: string, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      settle();
      socket.destroy();
      reject(new QmpError('QMP_ABORTED', `connecting to ${label} was aborted`, { cause: signal?.reason }));
    };
    const fail = (error: Error) => {
      settle();
      reject(refused(spec.address, label, error));
    };
    const open = () => {
      settle();
      resolve(socket);
    };
    const settle = () => {
      socket.off('connect', open).off('error', fail);
      // An attempt that was given up may still fail, and nobody is left to hear of it.
      socket.on('error', () => {});
      signal?.removeEventListener('abort', abort);
    };
    socket.once('connect', open).once('error', fail);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Wraps an open, paused socket. */
export function adoptSocket(socket: Socket, label: string, type: SocketAddress['type']): StreamChardev {
  return type === 'unix'
    ? new UnixChardev(socket, label)
    : new StreamChardev({ label, readable: socket, writable: socket });
}

function connectOptions(spec: SocketSpec): NetConnectOpts {
  const { address } = spec;
  const common = { allowHalfOpen: true, noDelay: spec.nodelay };
  if (address.type === 'unix') return { ...common, path: unixPath(address) };
  if (address.type === 'inet') {
    return {
      ...common,
      host: address.host === '' ? 'localhost' : address.host,
      port: address.port,
      family: familyOf(address),
    };
  }
  throw new QmpError('QMP_STATE', 'an inherited socket is connected already');
}

/** 4, 6, or 0 for both, by QEMU's rule: one of them on means only that one. */
export function familyOf(address: InetAddress): 0 | 4 | 6 {
  const { ipv4, ipv6 } = address;
  if (ipv4 === false || (ipv6 === true && ipv4 !== true)) return 6;
  if (ipv6 === false || (ipv4 === true && ipv6 !== true)) return 4;
  return 0;
}

/**
 * The path as the system wants it.
 *
 * @throws {QmpError} QMP_UNSUPPORTED for an abstract name that this system, or this Node, cannot have; QMP_ADDRESS_INVALID when it is too long: Node would cut it short and use another file.
 */
export function unixPath(address: UnixAddress): string {
  const length = Buffer.byteLength(address.path);
  if (length > longestPath) {
    throw new QmpError(
      'QMP_ADDRESS_INVALID',
      `the path of a unix socket has at most ${longestPath} bytes, this one has ${length}: ${address.path}`,
      { hint: 'Use a shorter path, such as one under /run or /tmp, or one relative to the working directory.' },
    );
  }
  if (address.abstract !== true) return address.path;
  if (process.platform !== 'linux') throw new QmpError('QMP_UNSUPPORTED', 'abstract=on needs Linux');
  const name = `\0${address.path}`;
  if (address.tight === false) return exactNames ? name + '\0'.repeat(longestPath - length) : name;
  if (exactNames) return name;
  const reason = `Node ${process.versions.node} pads abstract socket names with zero bytes`;
  throw new QmpError('QMP_UNSUPPORTED', reason, { hint: 'Use Node 22 or newer, or say tight=off at both ends.' });
}

/** Node 20 gives the system all of `sun_path`, whatever the length of the name. */
const exactNames = Number(process.versions.node.split('.')[0]) >= 22;

function refused(address: SocketAddress, label: string, error: Error): QmpError {
  if (address.type === 'unix' && address.abstract !== true && systemCode(error) === 'ECONNREFUSED') {
    if (!isSocket(address.path)) {
      return new QmpError('QMP_CONNECT_FAILED', `cannot connect to ${label}: the file is not a socket`, {
        cause: error,
        hint: 'Check the path: it names an ordinary file.',
      });
    }
  }
  return connectError(label, error);
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket() || lstatSync(path).isSymbolicLink();
  } catch {
    return true;
  }
}
