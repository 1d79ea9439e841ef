import type { ChardevSpec, SocketAddress } from 'qmp/chardev';
import type { ChardevBackend, ChardevSocket, SocketAddressLegacy } from '../api/index.js';
import { MachineError } from '../machine/errors.js';

const RING_BUFFER_SIZE = 65536;

/**
 * What the options of a backend mean.
 *
 * @throws {MachineError} when they contradict one another.
 */
export function specOf(backend: ChardevBackend): ChardevSpec {
  switch (backend.type) {
    case 'file': {
      const { out, in: input, append = false } = backend.data;
      return { backend: 'file', path: out, append, ...(input === undefined ? {} : { inputPath: input }) };
    }
    case 'serial':
      return { backend: 'serial', path: backend.data.device };
    case 'pipe':
      return { backend: 'pipe', path: backend.data.device };
    case 'socket':
      return socketSpec(backend.data);
    case 'pty':
      return { backend: 'pty' };
    case 'null':
      return { backend: 'null' };
    case 'stdio':
      return { backend: 'stdio', signal: backend.data.signal ?? true };
    case 'ringbuf':
      return { backend: 'ringbuf', size: ringBufferSize(Number(backend.data.size ?? RING_BUFFER_SIZE)) };
    default:
      return backend satisfies never;
  }
}

function ringBufferSize(size: number): number {
  if (size <= 0 || !Number.isInteger(Math.log2(size)))
    throw new MachineError('size of ringbuf chardev must be power of two');
  return size;
}

function socketSpec(options: ChardevSocket): ChardevSpec {
  const { addr, server = true, wait = false, nodelay = false, telnet = false, websocket = false } = options;
  const reconnectMs = Number(options.reconnect ?? 0) * 1000;
  if (server && reconnectMs > 0)
    throw new MachineError("'reconnect' option is incompatible with socket in server listen mode");
  if (!server && websocket) throw new MachineError('Websocket client is not implemented');
  if (!server && options.wait !== undefined)
    throw new MachineError("'wait' option is incompatible with socket in client connect mode");
  if (wait) throw new MachineError("'wait' is only possible on the command line");
  return {
    backend: 'socket',
    address: addressOf(addr),
    server,
    wait,
    protocol: telnet ? 'telnet' : websocket ? 'websocket' : 'raw',
    nodelay,
    reconnectMs,
    origins: [],
    insecure: false,
  };
}

function addressOf(address: SocketAddressLegacy): SocketAddress {
  if (address.type === 'unix') return { type: 'unix', path: address.data.path };
  const { host, port, to, ipv4, ipv6 } = address.data;
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65535)
    throw new MachineError(`address resolution failed for ${host}:${port}: Servname not supported for ai_socktype`);
  return {
    type: 'inet',
    host,
    port: number,
    ...(to === undefined ? {} : { to: Number(to) }),
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
  };
}
