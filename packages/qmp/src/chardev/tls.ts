/** TLS above a socket, with QEMU's credentials. */
import { readFileSync } from 'node:fs';
import { isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ConnectionOptions, SecureContextOptions, TLSSocket } from 'node:tls';
import { QmpError } from '../protocol/errors.js';
import { systemCode } from './errors.js';
import type { SocketSpec } from './spec.js';
import type { PskCreds, TlsCreds, X509Creds } from './tls-creds.js';

/** How long a handshake may take, in milliseconds. */
export const handshakeTimeout = 10_000;

/**
 * Ciphers with a shared key, those with forward secrecy first. They exist up to TLS 1.2 only: Node has no shared keys
 * in TLS 1.3.
 */
const pskOptions = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305:DHE-PSK-AES256-GCM-SHA384:DHE-PSK-AES128-GCM-SHA256:PSK-AES256-GCM-SHA384',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;

/**
 * The credentials that a spec names.
 *
 * @throws {QmpError} QMP_OPTION_INVALID when they do not exist or belong to the other end.
 */
export function findCreds(spec: SocketSpec, all: ReadonlyMap<string, TlsCreds> | undefined): TlsCreds | undefined {
  const { tlsCreds } = spec;
  // A client of wss:// trusts what this system trusts; a server without credentials would have no TLS at all.
  if (tlsCreds === undefined || (tlsCreds === '' && !spec.server)) return undefined;
  const creds = all?.get(tlsCreds);
  const endpoint = spec.server ? 'server' : 'client';
  if (creds === undefined) {
    throw new QmpError('QMP_OPTION_INVALID', `there are no TLS credentials '${tlsCreds}'`, {
      hint: `Make them with -object tls-creds-x509,id=${tlsCreds},dir=DIRECTORY,endpoint=${endpoint}, or give them with {tlsCreds}.`,
    });
  }
  if (creds.endpoint === endpoint) return creds;
  throw new QmpError('QMP_OPTION_INVALID', `TLS credentials '${tlsCreds}' are for a ${creds.endpoint}`, {
    hint: `Add endpoint=${endpoint} to them.`,
  });
}

/** Loaded when it is used: it costs more than everything else that a tool needs to start. */
function nodeTls(): Promise<typeof import('node:tls')> {
  return import('node:tls');
}

/** Puts TLS on a connected socket. Without credentials the server has to have a certificate that this system trusts. */
export async function tlsClient(
  socket: Socket,
  host: string,
  label: string,
  creds: TlsCreds | undefined,
): Promise<TLSSocket> {
  const options: ConnectionOptions = {
    ...(creds === undefined ? {} : creds.type === 'psk' ? pskClient(creds) : x509Client(creds)),
    socket,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  };
  const { connect } = await nodeTls();
  const secure = connect(options);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      secure.destroy();
      reject(tlsError(label, error));
    };
    const timer = setTimeout(() => fail(new Error(`no answer within ${handshakeTimeout} ms`)), handshakeTimeout);
    secure.once('error', fail).once('close', () => fail(new Error('the peer closed the connection')));
    secure.once('secureConnect', () => {
      clearTimeout(timer);
      secure.off('error', fail).removeAllListeners('close').pause();
      resolve(secure);
    });
  });
}

/** Puts TLS on an accepted socket. */
export async function tlsServer(socket: Socket, label: string, creds: TlsCreds): Promise<TLSSocket> {
  const options = creds.type === 'psk' ? pskServer(creds) : x509Server(creds);
  const { createServer } = await nodeTls();
  if (socket.destroyed) throw tlsError(label, new Error('the peer closed the connection'));
  // A server that never listens and is given its one connection: it checks the client's certificate by Node's own code.
  const server = createServer({ ...options, handshakeTimeout, allowHalfOpen: true });
  // With half-open allowed, Node would not notice a client that leaves in the middle of the handshake.
  socket.allowHalfOpen = false;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(tlsError(label, error));
    server.once('tlsClientError', fail);
    socket.once('close', () => fail(new Error('the peer closed the connection')));
    server.once('secureConnection', (secure) => {
      socket.allowHalfOpen = true;
      secure.allowHalfOpen = true;
      resolve(secure.pause());
    });
    server.emit('connection', socket);
  });
}

function x509Client(creds: X509Creds): ConnectionOptions {
  const own = { ...optional('cert', creds, 'client-cert.pem'), ...optional('key', creds, 'client-key.pem') };
  return { ...authority(creds), ...own, ...passphrase(creds), rejectUnauthorized: creds.verifyPeer };
}

function x509Server(creds: X509Creds) {
  return {
    ...(creds.verifyPeer ? authority(creds) : {}),
    ...passphrase(creds),
    cert: read(creds, 'server-cert.pem'),
    key: read(creds, 'server-key.pem'),
    requestCert: creds.verifyPeer,
    rejectUnauthorized: creds.verifyPeer,
  };
}

function authority(creds: X509Creds): SecureContextOptions {
  return { ca: read(creds, 'ca-cert.pem'), ...optional('crl', creds, 'ca-crl.pem') };
}

function passphrase(creds: X509Creds): SecureContextOptions {
  return creds.passphrase === undefined ? {} : { passphrase: creds.passphrase };
}

function pskClient(creds: PskCreds): ConnectionOptions {
  const psk = readKeys(creds).get(creds.username);
  if (psk === undefined) {
    throw new QmpError('QMP_OPTION_INVALID', `TLS credentials '${creds.id}' have no key for '${creds.username}'`, {
      hint: `Add a line ${creds.username}:KEY to ${join(creds.dir, 'keys.psk')}, or name another with username=.`,
    });
  }
  // The key itself is the proof: there is no certificate whose name could be checked.
  const checkServerIdentity = () => undefined;
  return { ...pskOptions, checkServerIdentity, pskCallback: () => ({ psk, identity: creds.username }) };
}

function pskServer(creds: PskCreds) {
  const keys = readKeys(creds);
  return { ...pskOptions, pskCallback: (_socket: unknown, identity: string) => keys.get(identity) ?? null };
}

function readKeys(creds: PskCreds): ReadonlyMap<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const line of read(creds, 'keys.psk').toString().split('\n')) {
    const match = /^([^:#]+):([0-9a-fA-F]+)\s*$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) keys.set(match[1], Buffer.from(match[2], 'hex'));
  }
  return keys;
}

function read(creds: TlsCreds, name: string): Buffer {
  const path = join(creds.dir, name);
  try {
    return readFileSync(path);
  } catch (cause) {
    const why = systemCode(cause) === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    throw new QmpError('QMP_OPTION_INVALID', `TLS credentials '${creds.id}' need ${path}: ${why}`, {
      cause,
      hint: 'The file names are those of QEMU; see its documentation on setting up certificates.',
    });
  }
}

function optional<N extends string>(option: N, creds: TlsCreds, name: string): { readonly [K in N]?: Buffer } {
  try {
    return { [option]: readFileSync(join(creds.dir, name)) } as { readonly [K in N]?: Buffer };
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return {};
    throw new QmpError('QMP_OPTION_INVALID', `TLS credentials '${creds.id}': ${(cause as Error).message}`, { cause });
  }
}

function tlsError(label: string, error: Error): QmpError {
  if (QmpError.is(error)) return error;
  const code = systemCode(error);
  const hint = hints.find(([pattern]) => pattern.test(code) || pattern.test(error.message))?.[1];
  return new QmpError('QMP_CONNECT_FAILED', `TLS with ${label} failed: ${error.message}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

const hints: readonly (readonly [RegExp, string])[] = [
  [/ALTNAME/, 'The certificate is for another name: connect by a name or address that it lists.'],
  [/SELF_SIGNED|UNABLE_TO|CERT_UNTRUSTED/, 'Its certificate is not from the authority in ca-cert.pem.'],
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, 'Check the dates of the certificate and the clock.'],
  [/CERTIFICATE_REQUIRED|peer did not return/i, 'Give a client certificate: client-cert.pem and client-key.pem.'],
  [/WRONG_VERSION|packet length/i, 'The peer does not speak TLS: check the port, or leave out tls-creds.'],
  [/PSK|unknown psk|DECRYPT|BAD_RECORD/i, 'The shared keys or their names differ.'],
  [/closed|ECONNRESET|hang up/i, 'The peer refused: it may not speak TLS here, or want other credentials.'],
];
