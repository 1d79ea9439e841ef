import type { OptionReader } from './option-reader.js';
import type { InetAddress, SocketAddress, SocketSpec } from './spec.js';

/** Reads the options of `-chardev socket`. */
export function parseSocketOptions(reader: OptionReader): SocketSpec {
  const address = readAddress(reader);
  const server = reader.boolean('server') ?? false;
  const wait = reader.boolean('wait');
  const reconnectMs = readReconnect(reader);
  if (server && reconnectMs !== undefined) {
    throw reader.invalid("'reconnect' does not fit a server", 'A server just waits for its next client.');
  }
  if (!server && wait !== undefined) {
    throw reader.invalid("'wait' does not fit a client", 'Add server=on to listen, or leave it out.');
  }
  const tlsCreds = reader.string('tls-creds');
  if (tlsCreds !== undefined && address.type === 'unix') {
    throw reader.invalid("'tls-creds' does not fit a unix socket", 'Its file permissions protect it.');
  }
  const delay = reader.boolean('delay');
  const spec: SocketSpec = {
    backend: 'socket',
    address,
    server,
    wait: server && (wait ?? true),
    protocol: readProtocol(reader),
    nodelay: reader.boolean('nodelay') ?? !(delay ?? false),
    reconnectMs: reconnectMs ?? 0,
    insecure: reader.boolean('insecure') ?? false,
    origins: reader.string('origin')?.split(' ') ?? [],
    ...(tlsCreds === undefined ? {} : { tlsCreds }),
  };
  return spec;
}

function readReconnect(reader: OptionReader): number | undefined {
  const seconds = reader.integer('reconnect', 0, 86_400);
  const milliseconds = reader.integer('reconnect-ms', 0, 86_400_000);
  if (seconds !== undefined && milliseconds !== undefined) {
    throw reader.invalid("'reconnect' and 'reconnect-ms' exclude each other");
  }
  return milliseconds ?? (seconds === undefined ? undefined : seconds * 1000);
}

function readProtocol(reader: OptionReader): SocketSpec['protocol'] {
  const telnet = reader.boolean('telnet') ?? false;
  const websocket = reader.boolean('websocket') ?? false;
  if (telnet && websocket) throw reader.invalid("'telnet' and 'websocket' exclude each other");
  if (telnet) return 'telnet';
  return websocket ? 'websocket' : 'raw';
}

function readAddress(reader: OptionReader): SocketAddress {
  const path = reader.string('path');
  const host = reader.string('host');
  const fd = reader.integer('fd', 0, 1_048_576);
  if ([path, host, fd].filter((value) => value !== undefined).length > 1) {
    throw reader.invalid("'path', 'host' and 'fd' exclude each other", 'Name the socket one way.');
  }
  if (fd !== undefined) return { type: 'fd', fd };
  if (path === undefined) return readInet(reader, host ?? '');
  if (path === '') throw reader.invalid("option 'path' is empty");
  const abstract = reader.boolean('abstract');
  const tight = reader.boolean('tight');
  if (abstract !== true && path.includes('\0')) throw reader.invalid("option 'path' holds a zero byte");
  return { type: 'unix', path, ...(abstract === true ? { abstract, tight: tight ?? true } : {}) };
}

function readInet(reader: OptionReader, host: string): InetAddress {
  const port = reader.integer('port', 0, 65_535);
  if (port === undefined) {
    throw reader.invalid(
      "it needs 'path', 'host' and 'port', or 'fd'",
      'For example socket,id=m,host=localhost,port=4444.',
    );
  }
  const to = reader.integer('to', port, 65_535);
  const ipv4 = reader.boolean('ipv4');
  const ipv6 = reader.boolean('ipv6');
  if (ipv4 === false && ipv6 === false) throw reader.invalid("'ipv4' and 'ipv6' cannot both be off");
  return {
    type: 'inet',
    host,
    port,
    ...(to === undefined ? {} : { to }),
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
  };
}
