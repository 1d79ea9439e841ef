import type { ChardevListener } from '../protocol/chardev.js';
import type { ChardevSpec, SocketSpec } from './spec.js';

/** Names a chardev in the syntax that opens it: `tcp:127.0.0.1:4444`, `unix:/run/vm.sock`, `stdio`. */
export function labelOf(spec: ChardevSpec): string {
  switch (spec.backend) {
    case 'socket':
      return socketLabel(spec);
    case 'file':
    case 'pipe':
    case 'serial':
      return `${spec.backend}:${spec.path}`;
    default:
      return spec.backend;
  }
}

function socketLabel(spec: SocketSpec): string {
  const { address } = spec;
  if (address.type === 'unix') {
    const tight = address.tight === false ? 'off' : 'on';
    return `unix:${address.path}${address.abstract === true ? `,abstract=on,tight=${tight}` : ''}`;
  }
  if (address.type === 'fd') return `fd:${address.fd}`;
  return inetLabel(spec.protocol, address.host, address.port);
}

/** `tcp:127.0.0.1:4444`, `telnet:[::1]:23`. */
export function inetLabel(protocol: SocketSpec['protocol'], host: string, port: number): string {
  return `${protocol === 'raw' ? 'tcp' : protocol}:${hostPort(host, port)}`;
}

/** `127.0.0.1:4444`, `[::1]:4444`. */
export function hostPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * What `query-chardev` says of a server that waits for its client, as QEMU words it:
 * `disconnected:tcp:127.0.0.1:4444,server=on`.
 */
export function disconnectedName(listener: ChardevListener): string {
  return `disconnected:${listener.label.replace(/\[([^\]]*)\]/, '$1')},server=on`;
}

/** The line that says why a machine does not start yet, as QEMU words it. The caller puts its name and option before. */
export function waitingLine(listener: ChardevListener): string {
  return `info: QEMU waiting for connection on: ${disconnectedName(listener)}`;
}
