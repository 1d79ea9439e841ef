import { spawn } from 'node:child_process';
import { createReadStream, existsSync, fstatSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer, type ListenOptions, Socket } from 'node:net';
import { dirname } from 'node:path';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { fileProblem } from '../commands/files.js';
import { MachineError } from '../machine/errors.js';
import { type MigrationAddress, unknownDescriptor } from './address.js';

/** Where a machine's state is read from. */
export interface IncomingChannel {
  /** Where it listens, when it does. */
  readonly listening?: IncomingAddress;
  /** Resolves with the state's bytes when a sender is there. */
  readonly stream: Promise<Readable>;
  /** Gives up. */
  close(): void;
}

/** The address of a socket, as `query-migrate` tells it. */
export type IncomingAddress =
  | { readonly type: 'inet'; readonly host: string; readonly port: string; readonly ipv4?: true; readonly ipv6?: true }
  | { readonly type: 'unix'; readonly path: string };

/**
 * Waits for a sender, or opens what the state is read from.
 *
 * @throws {MachineError} when it cannot listen there, or there is nothing to read.
 */
export async function openIncoming(address: MigrationAddress): Promise<IncomingChannel> {
  switch (address.type) {
    case 'unix':
    case 'tcp':
      return listen(address);
    case 'exec': {
      const child = spawn('/bin/sh', ['-c', address.command], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.on('error', (error) => child.stdout.destroy(error));
      // Once the command has ended, Node throws away what nobody reads yet.
      return reading(
        pipeline(child.stdout, new PassThrough(), () => {}),
        () => child.kill(),
      );
    }
    case 'file':
      return reading(await openFile(address.path));
    case 'fd':
      return reading(openDescriptor(address.fd));
    default:
      return address satisfies never;
  }
}

function reading(stream: Readable, close: () => void = () => {}): IncomingChannel {
  return {
    stream: Promise.resolve(stream),
    close() {
      stream.destroy();
      close();
    },
  };
}

function openFile(path: string): Promise<Readable> {
  const stream = createReadStream(path);
  return new Promise((resolve, reject) => {
    stream.once('open', () => resolve(stream));
    stream.once('error', (error) => reject(new MachineError(`Could not open '${path}': ${fileProblem(error)}`)));
  });
}

function openDescriptor(fd: number): Readable {
  try {
    return fstatSync(fd).isSocket() ? new Socket({ fd }) : createReadStream('', { fd });
  } catch {
    throw unknownDescriptor(String(fd));
  }
}

async function listen(address: Extract<MigrationAddress, { type: 'unix' | 'tcp' }>): Promise<IncomingChannel> {
  const server = createServer({ pauseOnConnect: true });
  const sender = new Promise<Readable>((resolve) => {
    server.once('connection', (socket) => {
      server.close();
      resolve(socket);
    });
  });
  const options: ListenOptions =
    address.type === 'unix'
      ? { path: address.path }
      : { host: address.host === '' || address.host === '0' ? '0.0.0.0' : address.host, port: address.port };
  if (address.type === 'unix') removeStaleSocket(address.path);
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error) => {
      // Node says EACCES of a folder that does not exist.
      const missing = address.type === 'unix' && !existsSync(dirname(address.path));
      const problem = missing ? 'No such file or directory' : fileProblem(error);
      const where = address.type === 'unix' ? address.path : `${address.host}:${address.port}`;
      reject(new MachineError(`Failed to bind socket to ${where}: ${problem}`));
    });
    server.listen({ ...options, backlog: 1 });
  });
  const bound = server.address();
  return {
    listening:
      bound !== null && typeof bound === 'object'
        ? {
            type: 'inet',
            host: bound.address,
            port: String(bound.port),
            ...(bound.family === 'IPv6' ? { ipv6: true } : { ipv4: true }),
          }
        : { type: 'unix', path: bound ?? '' },
    stream: sender,
    close() {
      server.close();
      void sender.then((stream) => stream.destroy());
    },
  };
}

/** A socket that a former process has left behind is in the way; anything else is left alone. */
function removeStaleSocket(path: string): void {
  try {
    if (lstatSync(path).isSocket()) unlinkSync(path);
  } catch {
    // There is nothing, or nothing that may be removed: binding tells.
  }
}
