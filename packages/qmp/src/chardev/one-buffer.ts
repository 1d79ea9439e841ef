import { type OnReadOpts, type Server, Socket, type SocketConstructorOpts } from 'node:net';

/** Takes what was read. @returns false to stop reading. */
type Reader = (chunk: Uint8Array) => boolean;

/**
 * Where sockets read to. One buffer serves all of them: libuv fills it and we hand it on in the same turn, and a
 * chardev's user copies what it keeps. Without it Node makes 64 KiB for each read.
 */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

/** The option `onread` of a socket that reads into the one buffer. */
export function oneBuffer(reader: Reader): OnReadOpts {
  return { buffer: readBuffer, callback: (length) => reader(readBuffer.subarray(0, length)) };
}

/** What Node passes to the constructor of the sockets that a server accepts. */
interface AcceptedOptions extends SocketConstructorOpts {
  readonly handle: object;
  readonly pauseOnCreate: boolean;
  readonly onread: OnReadOpts;
}

/** A socket that a server accepted. It is paused until it has a reader. */
class AcceptedSocket extends Socket {
  /** In a table beside the sockets, closed ones would stay until the engine looks through all of its memory. */
  reader: Reader | undefined;

  constructor(handle: object, arrived: (() => void) | undefined) {
    const options: AcceptedOptions = {
      handle,
      pauseOnCreate: true,
      allowHalfOpen: true,
      readable: true,
      writable: true,
      onread: oneBuffer((chunk) => {
        arrived?.();
        return this.reader?.(chunk) ?? true;
      }),
    };
    super(options);
  }
}

/** Has an accepted socket read by `reader`. Does nothing for one that tells `data` as usual. */
export function readBy(socket: Socket, reader: Reader): void {
  if (socket instanceof AcceptedSocket) socket.reader = reader;
}

interface Listening {
  onconnection: (status: number, client: object | undefined) => void;
}

/**
 * Has the sockets that a server accepts read into the one buffer. Node offers that only for sockets that connect, so they
 * are made here as Node makes them; where a server is built otherwise, it stays as it is.
 *
 * @param arrived is called at each input.
 */
export function acceptIntoOneBuffer(server: Server, arrived: (() => void) | undefined): void {
  const handle: unknown = '_handle' in server ? server._handle : undefined;
  if (!isListening(handle)) return;
  const usual = handle.onconnection;
  handle.onconnection = (status, client) => {
    if (status !== 0 || client === undefined) usual.call(handle, status, client);
    else server.emit('connection', new AcceptedSocket(client, arrived));
  };
}

function isListening(handle: unknown): handle is Listening {
  if (typeof handle !== 'object' || handle === null) return false;
  return 'onconnection' in handle && typeof handle.onconnection === 'function';
}
