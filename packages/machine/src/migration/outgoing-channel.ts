import { spawn } from 'node:child_process';
import { createWriteStream, fstatSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { fileProblem } from '../commands/files.js';
import { MachineError } from '../machine/errors.js';
import { type MigrationAddress, unknownDescriptor } from './address.js';

/** Where a machine's state is written to. */
export interface OutgoingChannel {
  /** Resolves when the receiver can take more. @throws {MachineError} when it is gone. */
  write(data: Uint8Array): Promise<void>;
  /** Says that this was all, and waits until all of it has left. @throws {MachineError} when that failed. */
  finish(): Promise<void>;
  /** Gives up. */
  destroy(): void;
}

/**
 * Opens the way to a receiver. What is wrong with it is told by the first write.
 *
 * @throws {MachineError} for a descriptor that is not open.
 */
export function openOutgoing(address: MigrationAddress): OutgoingChannel {
  switch (address.type) {
    case 'exec':
      return openCommand(address.command);
    case 'file':
      return new StreamChannel(createWriteStream(address.path, { flush: true }), (error) => {
        return `Could not write '${address.path}': ${fileProblem(error)}`;
      });
    case 'fd':
      return new StreamChannel(descriptorStream(address.fd), (error) => `Unable to write: ${fileProblem(error)}`);
    case 'unix':
    case 'tcp':
      return openSocket(address);
    default:
      return address satisfies never;
  }
}

function openSocket(address: Extract<MigrationAddress, { type: 'unix' | 'tcp' }>): OutgoingChannel {
  const name = address.type === 'unix' ? `'${address.path}'` : `'${address.host}:${address.port}'`;
  const socket =
    address.type === 'unix'
      ? connect({ path: address.path })
      : connect({ host: address.host === '' ? 'localhost' : address.host, port: address.port, noDelay: true });
  // A receiver says nothing; what it sends is not waited for.
  socket.resume();
  return new StreamChannel(socket, (error) =>
    'syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo')
      ? `Failed to connect to ${name}: ${fileProblem(error)}`
      : `Unable to write to socket: ${fileProblem(error)}`,
  );
}

function descriptorStream(fd: number): Writable {
  let isSocket: boolean;
  try {
    isSocket = fstatSync(fd).isSocket();
  } catch {
    throw unknownDescriptor(String(fd));
  }
  return isSocket ? new Socket({ fd }) : createWriteStream('', { fd });
}

/** A command of the shell, which reads the state from its standard input. */
function openCommand(command: string): OutgoingChannel {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'inherit', 'inherit'] });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(new MachineError(`Unable to run command: ${fileProblem(error)}`)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new MachineError(`Command exited with ${code === null ? `signal ${signal}` : `status ${code}`}`));
    });
  });
  ended.catch(() => {});
  const channel = new StreamChannel(child.stdin, (error) => `Unable to write to command: ${fileProblem(error)}`);
  return {
    write: (data) => channel.write(data),
    async finish() {
      await channel.finish();
      await ended;
    },
    destroy() {
      channel.destroy();
      child.kill();
    },
  };
}

class StreamChannel implements OutgoingChannel {
  readonly #stream: Writable;
  readonly #failed: Promise<never>;

  constructor(stream: Writable, describe: (error: Error) => string) {
    this.#stream = stream;
    this.#failed = new Promise((_resolve, reject) => {
      stream.once('error', (error) => reject(new MachineError(describe(error))));
      stream.once('close', () => reject(new MachineError('Unable to write: the channel was closed')));
    });
    this.#failed.catch(() => {});
    // What comes after the first error is of no interest.
    stream.on('error', () => {});
  }

  async write(data: Uint8Array): Promise<void> {
    const written = new Promise<void>((resolve) => {
      this.#stream.write(data, (error) => {
        if (!error) resolve();
      });
    });
    await Promise.race([written, this.#failed]);
  }

  async finish(): Promise<void> {
    const finished = new Promise<void>((resolve) => {
      this.#stream.once('finish', resolve);
      this.#stream.end();
    });
    await Promise.race([finished, this.#failed]);
  }

  destroy(): void {
    this.#stream.destroy();
  }
}
