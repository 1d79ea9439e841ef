/** The few system calls that Node does not offer, by the optional package `koffi`. */
import { createRequire } from 'node:module';
import { QmpError } from '../protocol/errors.js';

/** The part of `koffi` that is used. */
interface Koffi {
  load(path: string | null): { func(declaration: string): (...args: unknown[]) => unknown };
  struct(name: string, members: Readonly<Record<string, string>>): unknown;
  errno(): number;
}

/** System calls; each returns -1 or a negative error number when it fails. */
export interface Native {
  /** Sends bytes with descriptors. Returns how many bytes went, or the negated errno. */
  sendWithFds(socket: number, bytes: Uint8Array, fds: readonly number[]): number;
  /**
   * Reads what is there, and the descriptors that came with it, which are the caller's then.
   *
   * @returns how many bytes, 0 at the end, or the negated errno.
   */
  receiveWithFds(socket: number, into: Uint8Array): { readonly length: number; readonly fds: readonly number[] };
  /** Has the system send this process SIGIO when there is something to read. */
  signalInput(fd: number): void;
  /** Duplicates a descriptor. */
  duplicate(fd: number): number;
  /** Opens a pseudo-terminal whose terminal side is raw. */
  openTerminal(): { readonly master: number; readonly path: string };
  /** Tells whether nobody has the other end of a terminal open. */
  hungUp(fd: number): boolean;
}

let native: Native | undefined;

/**
 * Loads them.
 *
 * @throws {QmpError} QMP_UNSUPPORTED elsewhere than on Linux, QMP_DEPENDENCY_MISSING without `koffi`.
 */
export function loadNative(purpose: string): Native {
  native ??= load(purpose);
  return native;
}

function load(purpose: string): Native {
  if (process.platform !== 'linux') throw new QmpError('QMP_UNSUPPORTED', `${purpose} is only supported on Linux`);
  let koffi: Koffi;
  try {
    koffi = requireHere('koffi') as Koffi;
  } catch (cause) {
    throw new QmpError('QMP_DEPENDENCY_MISSING', `${purpose} needs the package koffi, which is not installed`, {
      cause,
      hint: 'npm install koffi (its binaries come with it, no compiler is needed)',
    });
  }
  return declare(koffi);
}

/** Loads a package in the middle of a call. In a bundle of CommonJS a module does not know where it is; the program does. */
function requireHere(name: string): unknown {
  const here: string | undefined = import.meta.url;
  return createRequire(here ?? process.argv[1] ?? `${process.cwd()}/`)(name);
}

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
/** No SIGPIPE, and never wait: the socket belongs to an event loop. */
const MSG_NOSIGNAL_DONTWAIT = 0x4000 | 0x40;
/** Never wait, and what is received is not inherited by programs that are started. */
const MSG_DONTWAIT_CMSG_CLOEXEC = 0x40 | 0x40000000;
const headerSize = 16;
/** Room for as many descriptors as Linux passes at once. */
const receivedControl = headerSize + 256 * 4;
const POLLHUP = 0x10;

function declare(koffi: Koffi): Native {
  const libc = koffi.load(null);
  koffi.struct('qmp_iovec', { base: 'void *', length: 'size_t' });
  koffi.struct('qmp_msghdr', {
    name: 'void *',
    namelen: 'uint32_t',
    iov: 'qmp_iovec *',
    iovlen: 'size_t',
    control: 'void *',
    controllen: 'size_t',
    flags: 'int',
  });
  const sendmsg = libc.func('int64_t sendmsg(int socket, const qmp_msghdr *message, int flags)');
  const recvmsg = libc.func('int64_t recvmsg(int socket, _Inout_ qmp_msghdr *message, int flags)');
  const fcntl = libc.func('int fcntl(int fd, int command, int value)') as (...args: number[]) => number;
  const poll = libc.func('int poll(_Inout_ void *requests, unsigned long count, int timeout)');
  const call = (result: unknown) => (Number(result) < 0 ? -koffi.errno() : Number(result));
  return {
    sendWithFds(socket, bytes, fds) {
      const control = rightsMessage(fds);
      const iov = [{ base: bytes, length: bytes.length }];
      const message = { name: null, namelen: 0, iov, iovlen: 1, control, controllen: control.length, flags: 0 };
      return call(sendmsg(socket, message, MSG_NOSIGNAL_DONTWAIT));
    },
    receiveWithFds(socket, into) {
      const control = Buffer.alloc(receivedControl);
      const iov = [{ base: into, length: into.length }];
      const message = { name: null, namelen: 0, iov, iovlen: 1, control, controllen: control.length, flags: 0 };
      const length = call(recvmsg(socket, message, MSG_DONTWAIT_CMSG_CLOEXEC));
      return { length, fds: length < 0 ? [] : rightsIn(control.subarray(0, message.controllen)) };
    },
    signalInput(fd) {
      fcntl(fd, 8 /* F_SETOWN */, process.pid);
      fcntl(fd, 4 /* F_SETFL */, fcntl(fd, 3 /* F_GETFL */, 0) | 0o20000 /* O_ASYNC */);
    },
    duplicate: (fd) => call(fcntl(fd, 1030 /* F_DUPFD_CLOEXEC */, 3)),
    openTerminal: () => openTerminal(libc, call),
    hungUp(fd) {
      const request = Buffer.alloc(8);
      request.writeInt32LE(fd, 0);
      poll(request, 1, 0);
      return (request.readInt16LE(6) & POLLHUP) !== 0;
    },
  };
}

/** The control message that carries descriptors: `struct cmsghdr` of a 64-bit Linux, padded to eight bytes. */
function rightsMessage(fds: readonly number[]): Buffer {
  const message = Buffer.alloc(Math.ceil((headerSize + fds.length * 4) / 8) * 8);
  message.writeBigUInt64LE(BigInt(headerSize + fds.length * 4), 0);
  message.writeInt32LE(SOL_SOCKET, 8);
  message.writeInt32LE(SCM_RIGHTS, 12);
  for (const [index, fd] of fds.entries()) message.writeInt32LE(fd, headerSize + index * 4);
  return message;
}

/** The descriptors that control messages carry. */
function rightsIn(control: Buffer): number[] {
  const fds: number[] = [];
  for (let at = 0; at + headerSize <= control.length; ) {
    const length = Number(control.readBigUInt64LE(at));
    if (length < headerSize) break;
    const isRights = control.readInt32LE(at + 8) === SOL_SOCKET && control.readInt32LE(at + 12) === SCM_RIGHTS;
    for (let fd = at + headerSize; isRights && fd + 4 <= at + length; fd += 4) fds.push(control.readInt32LE(fd));
    at += Math.ceil(length / 8) * 8;
  }
  return fds;
}

type Libc = ReturnType<Koffi['load']>;

function openTerminal(libc: Libc, call: (result: unknown) => number): { master: number; path: string } {
  const openpty = libc.func('int openpty(_Out_ int *master, _Out_ int *slave, char *name, void *termios, void *size)');
  const makeRaw = libc.func('void cfmakeraw(void *termios)');
  const getAttributes = libc.func('int tcgetattr(int fd, void *termios)');
  const setAttributes = libc.func('int tcsetattr(int fd, int when, void *termios)');
  const close = libc.func('int close(int fd)');
  const setFlags = libc.func('int fcntl(int fd, int command, int flags)');
  const [master, slave] = [[0], [0]];
  const name = Buffer.alloc(128);
  const result = call(openpty(master, slave, name, null, null));
  if (result < 0) throw Object.assign(new Error('openpty failed'), { errno: -result });
  const termios = Buffer.alloc(128);
  getAttributes(slave[0], termios);
  makeRaw(termios);
  setAttributes(slave[0], 0, termios);
  close(slave[0]);
  setFlags(master[0], 4 /* F_SETFL */, 0o4000 | 2 /* O_NONBLOCK, O_RDWR */);
  setFlags(master[0], 2 /* F_SETFD */, 1 /* FD_CLOEXEC */);
  return { master: master[0] ?? -1, path: name.toString('latin1', 0, name.indexOf(0)) };
}
