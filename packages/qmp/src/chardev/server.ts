/** Binds the address of a server chardev. */
import { chmodSync, lstatSync, statSync, unlinkSync } from 'node:fs';
import { type AddressInfo, connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { QmpError } from '../protocol/errors.js';
import { listenError, systemCode } from './errors.js';
import { inetLabel, labelOf } from './label.js';
import { closeServers, listen } from './listener.js';
import { refuseBeyondLoopback, serverHosts } from './loopback.js';
import { unixPath } from './socket.js';
import type { InetAddress, SocketSpec, UnixAddress } from './spec.js';
import type { TlsCreds } from './tls-creds.js';

/** What a server is bound to. */
export interface Bound {
  readonly servers: readonly Server[];
  /** In the syntax that connects to it. */
  readonly label: string;
}

/** Listens where the spec says. @param creds those of its TLS. */
export async function bind(spec: SocketSpec, creds: TlsCreds | undefined): Promise<Bound> {
  const { address } = spec;
  if (address.type === 'inet') return bindInet(spec, address, creds);
  if (address.type === 'unix') return bindUnix(spec, address);
  const label = labelOf(spec);
  try {
    return { servers: [await listen({ fd: address.fd })], label };
  } catch (error) {
    throw listenError(label, error);
  }
}

async function bindInet(spec: SocketSpec, address: InetAddress, creds: TlsCreds | undefined): Promise<Bound> {
  const hosts = await serverHosts(address).catch((error: unknown) => {
    throw listenError(labelOf(spec), error);
  });
  refuseBeyondLoopback(spec, address, hosts, creds);
  const last = address.to ?? address.port;
  for (let port = address.port; ; port++) {
    try {
      return await bindHosts(spec, address, hosts, port);
    } catch (error) {
      if (systemCode(error) !== 'EADDRINUSE' || port >= last) throw listenError(labelOf(spec), error);
    }
  }
}

/** Listens on the same port of each host. One that this host lacks (often ::1) is left out while another works. */
async function bindHosts(
  spec: SocketSpec,
  address: InetAddress,
  hosts: readonly string[],
  port: number,
): Promise<Bound> {
  const servers: Server[] = [];
  let label = '';
  let chosen = port;
  let failure: unknown;
  for (const host of hosts) {
    try {
      const server = await listen({ host, port: chosen, ipv6Only: host !== '::' || address.ipv4 === false });
      servers.push(server);
      chosen = (server.address() as AddressInfo).port;
      label ||= inetLabel(spec.protocol, host, chosen);
    } catch (error) {
      failure = error;
      if (systemCode(error) === 'EADDRINUSE') {
        closeServers(servers);
        throw error;
      }
    }
  }
  if (servers.length === 0) throw failure;
  return { servers, label };
}

async function bindUnix(spec: SocketSpec, address: UnixAddress): Promise<Bound> {
  const path = unixPath(address);
  const label = labelOf(spec);
  try {
    if (address.abstract === true) return { servers: [await listen({ path })], label };
    statSync(dirname(path)); // Node says EACCES where it means that the directory is missing.
    await removeStale(path, label);
    return { servers: [await listenPrivately(path)], label };
  } catch (error) {
    throw QmpError.is(error) ? error : listenError(label, error);
  }
}

/** Binds a socket that only this user can connect to. */
async function listenPrivately(path: string): Promise<Server> {
  if (!isMainThread) {
    // Workers cannot set the mask; between these two steps the socket has the mode of the process's mask.
    const server = await listen({ path });
    chmodSync(path, 0o600);
    return server;
  }
  const before = process.umask(0o177);
  // Node binds before `listen` returns its promise.
  const server = listen({ path });
  process.umask(before);
  return server;
}

/**
 * Removes the socket file of a process that is gone.
 *
 * @throws {QmpError} QMP_LISTEN_FAILED when somebody listens there, or when it is not a socket.
 */
async function removeStale(path: string, label: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new QmpError('QMP_LISTEN_FAILED', `cannot listen on ${label}: the file exists and is not a socket`, {
      hint: 'Choose another path, or remove the file if nobody needs it.',
    });
  }
  if (await somebodyListens(path)) throw Object.assign(new Error('address in use'), { code: 'EADDRINUSE' });
  unlinkSync(path);
}

function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path });
    const answer = (listens: boolean) => {
      probe.destroy();
      resolve(listens);
    };
    probe.once('connect', () => answer(true));
    // Only a refusal proves that nobody is there; no permission, or a full queue, means that somebody is.
    probe.once('error', (error) => answer(systemCode(error) !== 'ECONNREFUSED'));
  });
}
