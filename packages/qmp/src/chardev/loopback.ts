/** Which addresses a server may listen on without anything that protects them. */
import { lookup } from 'node:dns/promises';
import { isIPv4, isIPv6 } from 'node:net';
import { QmpError } from '../protocol/errors.js';
import { inetLabel } from './label.js';
import { familyOf } from './socket.js';
import type { InetAddress, SocketSpec } from './spec.js';
import type { TlsCreds } from './tls-creds.js';

/** Tells an address of this host only. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.');
  if (!isIPv6(host)) return false;
  const plain = host.toLowerCase();
  return plain === '::1' || plain === '0:0:0:0:0:0:0:1' || /^::ffff:127\./.test(plain);
}

/**
 * The addresses that a server's host name stands for, as numbers. An empty host is every address of this host.
 *
 * @throws the system's error when the name is unknown.
 */
export async function serverHosts(address: InetAddress): Promise<readonly string[]> {
  const family = familyOf(address);
  if (address.host === '') return family === 4 ? ['0.0.0.0'] : ['::'];
  const found = await lookup(address.host, { all: true, family });
  const usable = found.filter((entry) => family === 0 || entry.family === family);
  if (usable.length === 0) throw Object.assign(new Error(`no IPv${family} address`), { code: 'EAFNOSUPPORT' });
  return [...new Set(usable.map((entry) => entry.address))];
}

/**
 * Refuses to offer a machine to everybody on the network.
 *
 * @throws {QmpError} QMP_LISTEN_FAILED unless all hosts are loopback, or TLS asks clients who they are, or `insecure=on`
 * is there.
 */
export function refuseBeyondLoopback(
  spec: SocketSpec,
  address: InetAddress,
  hosts: readonly string[],
  creds: TlsCreds | undefined,
): void {
  const open = hosts.find((host) => !isLoopback(host));
  const verified = creds?.type === 'psk' || creds?.verifyPeer === true;
  if (open === undefined || spec.insecure || verified) return;
  const label = inetLabel(spec.protocol, open, address.port);
  const without = creds === undefined ? 'TLS' : 'verifying who connects (verify-peer=off)';
  throw new QmpError(
    'QMP_LISTEN_FAILED',
    `refusing to listen on ${label} without ${without}: whoever reaches it controls the machine`,
    {
      hint: 'Listen on 127.0.0.1 (and tunnel with ssh -L), protect it with tls-creds=ID and verify-peer=on, or say insecure=on to have it open.',
    },
  );
}
