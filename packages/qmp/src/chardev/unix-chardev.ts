import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { QmpError } from '../protocol/errors.js';
import { closeAll, DescriptorStream } from './descriptor-stream.js';
import { systemCode } from './errors.js';
import { loadNative } from './native.js';
import { StreamChardev, type StreamChardevOptions } from './stream-chardev.js';

/** The most descriptors that Linux takes in one message (SCM_MAX_FD). */
const maxFds = 253;

const EAGAIN = 11;

/** How long `close()` waits for descriptors to go, in milliseconds. */
const closeTimeout = 5000;

/** A write that waits for the ones before it to reach the system. */
interface Held {
  readonly bytes: Uint8Array;
  /** Our own duplicates. */
  readonly fds: readonly number[];
}

/** A chardev over a unix socket, which can pass open files to its peer. */
export class UnixChardev extends StreamChardev {
  readonly #socket: Socket;
  #held: Held[] = [];
  /** The socket tells when to go on with what is held: most connections never hold anything. */
  #watching = false;
  #retry: NodeJS.Timeout | undefined;
  /** The empty write of {@link peerEnded} is on its way. */
  #probing = false;
  /** What was asked for meanwhile: to end or to close. */
  #afterHeld: (() => void) | undefined;

  constructor(socket: Socket, label: string, options?: StreamChardevOptions, readable: Readable = socket) {
    super({ label, readable, writable: socket }, options);
    this.#socket = socket;
  }

  override get writableLength(): number {
    let length = super.writableLength;
    if (this.#held.length === 0) return length;
    for (const { bytes } of this.#held) length += bytes.length;
    return length;
  }

  override write(data: string | Uint8Array): boolean {
    if (this.#held.length === 0) return super.write(data);
    // What follows descriptors must not overtake them.
    this.#held.push({ bytes: Buffer.from(data as string), fds: [] });
    return this.oweDrain();
  }

  override end(): void {
    if (this.#held.length === 0) super.end();
    else this.#afterHeld = () => super.end();
  }

  override close(reason?: Error): Promise<void> {
    if (reason !== undefined || this.#held.length === 0) return super.close(reason);
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(super.close(new Error('the peer does not read'))), closeTimeout);
      this.#afterHeld = () => {
        clearTimeout(late);
        resolve(super.close());
      };
    });
  }

  /**
   * Asks whether a peer that ended its direction still reads: a unix socket refuses even an empty write (EPIPE) when the
   * peer has closed it altogether, which is no fault.
   */
  protected override peerEnded(): void {
    if (this.writableLength > 0 || !this.#socket.writable) return;
    this.#probing = true;
    this.#socket.write('', (error) => {
      // A failure is told by `error` after this.
      if (!error) this.#probing = false;
    });
  }

  protected override lost(error: Error): void {
    if (this.#probing && systemCode(error) === 'EPIPE') this.#socket.destroy();
    else super.lost(error);
  }

  /** Sends bytes with descriptors, which the peer gets with the first byte. */
  writeWithFds(data: string | Uint8Array, fds: readonly number[]): boolean {
    if (fds.length === 0) return this.write(data);
    const bytes = Buffer.from(data as string);
    if (bytes.length === 0) throw new QmpError('QMP_OPTION_INVALID', 'descriptors travel with at least one byte');
    if (fds.length > maxFds) throw new QmpError('QMP_LIMIT', `at most ${maxFds} descriptors fit one message`);
    const native = loadNative('passing file descriptors');
    const duplicates = fds.map((fd) => native.duplicate(fd));
    const bad = duplicates.findIndex((fd) => fd < 0);
    if (bad !== -1) {
      closeAll(duplicates.filter((fd) => fd >= 0));
      throw new QmpError('QMP_OPTION_INVALID', `${fds[bad]} is not an open file descriptor`);
    }
    this.flush();
    this.#held.push({ bytes, fds: duplicates });
    if (!this.#watching) {
      this.#watching = true;
      this.#socket.on('drain', () => this.#sendHeld()).on('close', () => this.#dropHeld());
    }
    this.#sendHeld();
    return this.#held.length === 0 || this.oweDrain();
  }

  /** Sends what waits, as far as the system takes it. */
  #sendHeld(): void {
    while (this.#held.length > 0 && super.writableLength === 0 && !this.#socket.destroyed) {
      const [first] = this.#held;
      if (first === undefined) return;
      if (first.fds.length > 0 && !this.#sendFds(first)) return;
      this.#held.shift();
      if (first.fds.length === 0) this.#socket.write(first.bytes);
    }
    if (this.#held.length === 0) {
      this.drained();
      this.#afterHeld?.();
      this.#afterHeld = undefined;
      return;
    }
    // The stream tells `drain` only when it was full; an empty write tells when what is queued has gone.
    this.#socket.write('', () => this.#sendHeld());
  }

  /** @returns false when the socket is full; it tries again by itself. */
  #sendFds(held: Held): boolean {
    const native = loadNative('passing file descriptors');
    const sent = native.sendWithFds(descriptorOf(this.#socket), held.bytes, held.fds);
    if (sent === -EAGAIN) {
      this.#retry = setTimeout(() => this.#sendHeld(), 5);
      return false;
    }
    closeAll(held.fds);
    if (sent < 0) this.#socket.destroy(Object.assign(new Error(`sendmsg failed (errno ${-sent})`), { errno: sent }));
    else if (sent < held.bytes.length) this.#socket.write(held.bytes.subarray(sent));
    return true;
  }

  #dropHeld(): void {
    clearTimeout(this.#retry);
    for (const { fds } of this.#held) closeAll(fds);
    this.#held = [];
    this.#afterHeld?.();
  }
}

/** A chardev over a unix socket whose peer may pass open files, as a monitor's client does before `getfd`. */
export class ReceivingChardev extends UnixChardev {
  readonly #source: DescriptorStream;
  #fds: readonly number[] = [];

  constructor(socket: Socket, label: string) {
    const source = new DescriptorStream(descriptorOf(socket));
    super(socket, label, {}, source);
    this.#source = source;
    socket.on('close', () => closeAll(this.takeFds()));
  }

  takeFds(): readonly number[] {
    const fds = this.#fds;
    this.#fds = [];
    return fds;
  }

  protected override received(chunk: Uint8Array): boolean {
    const fds = this.#source.fdsWith(chunk);
    if (fds.length > 0) {
      // As in QEMU, the next ones take the place of those that nobody wanted.
      closeAll(this.takeFds());
      this.#fds = fds;
    }
    return super.received(chunk);
  }
}

/** The number of a socket's descriptor. Node has no public way to it. */
function descriptorOf(socket: Socket): number {
  const handle: unknown = '_handle' in socket ? socket._handle : undefined;
  const fd = typeof handle === 'object' && handle !== null && 'fd' in handle ? handle.fd : -1;
  if (typeof fd === 'number' && fd >= 0) return fd;
  throw new QmpError('QMP_UNSUPPORTED', 'this runtime does not tell the descriptor of a socket');
}
