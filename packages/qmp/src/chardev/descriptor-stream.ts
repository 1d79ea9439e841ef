import { closeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';
import { QmpError } from '../protocol/errors.js';
import { loadNative, type Native } from './native.js';

const EINTR = 4;
const EAGAIN = 11;
const chunkBytes = 65_536;

/** What looks for input when the system says that there is some. */
const lookers = new Set<() => void>();
let listening = false;

/**
 * Node reads sockets without the descriptors that come with the bytes, and has no way to wait for input without reading
 * it. So the system is asked for a signal. The handler stays: a signal that comes late would end the process.
 */
function onInput(look: () => void): void {
  lookers.add(look);
  if (listening) return;
  listening = true;
  process.on('SIGIO', () => {
    for (const each of [...lookers]) each();
  });
}

/**
 * Says whether descriptors can be received here.
 *
 * @throws {QmpError} QMP_UNSUPPORTED outside Linux or in a worker thread, QMP_DEPENDENCY_MISSING without `koffi`.
 */
export function requireReceiving(): Native {
  if (isMainThread) return loadNative('receiving file descriptors');
  throw new QmpError('QMP_UNSUPPORTED', 'receiving file descriptors needs the main thread: workers get no signals');
}

/** Reads a unix socket in place of Node, together with the descriptors that are passed over it. */
export class DescriptorStream extends Readable {
  readonly #native = requireReceiving();
  readonly #socket: number;
  readonly #buffer = Buffer.allocUnsafeSlow(chunkBytes);
  /** Descriptors by the chunk they came with, until somebody takes them. */
  readonly #fds = new Map<Uint8Array, readonly number[]>();
  readonly #look = () => this.#readOn();
  #wanted = false;

  /** @param socket the number of the socket's descriptor. Nobody else may read it. */
  constructor(socket: number) {
    super({ highWaterMark: chunkBytes });
    this.#socket = socket;
    onInput(this.#look);
    this.#native.signalInput(socket);
  }

  /** Hands over the descriptors that came with a chunk. */
  fdsWith(chunk: Uint8Array): readonly number[] {
    const fds = this.#fds.get(chunk) ?? [];
    this.#fds.delete(chunk);
    return fds;
  }

  override _read(): void {
    this.#wanted = true;
    this.#readOn();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    lookers.delete(this.#look);
    for (const fds of this.#fds.values()) closeAll(fds);
    this.#fds.clear();
    done(error);
  }

  #readOn(): void {
    while (this.#wanted && !this.destroyed) {
      const { length, fds } = this.#native.receiveWithFds(this.#socket, this.#buffer);
      if (length === -EAGAIN) return;
      if (length === -EINTR) continue;
      if (length <= 0) {
        this.#wanted = false;
        if (length === 0) this.push(null);
        else this.destroy(Object.assign(new Error(`recvmsg failed (errno ${-length})`), { errno: length }));
        return;
      }
      const chunk = Buffer.from(this.#buffer.subarray(0, length));
      if (fds.length > 0) this.#fds.set(chunk, fds);
      this.#wanted = this.push(chunk);
    }
  }
}

export function closeAll(fds: readonly number[]): void {
  for (const fd of fds) closeSync(fd);
}
