import { type OnReadOpts, type Server, Socket, type SocketConstructorOpts } from 'node:net';

/** Takes what was read. @returns false to stop reading. */
type Reader = (chunk: Uint8Array) => boolean;

/** What Node makes a socket of, the parts that its types leave out too. */
interface SocketOptions extends SocketConstructorOpts {
  readonly onread: OnReadOpts;
  readonly noDelay: boolean;
  readonly handle: object | undefined;
  readonly manualStart: boolean;
  readonly emitClose: boolean;
  readonly autoDestroy: boolean;
  readonly decodeStrings: boolean;
}

/**
 * Where sockets read to. One buffer serves all of them: libuv fills it and we hand it on in the same turn, and a
 * chardev's user copies what it keeps. Without it Node makes 64 KiB for each read.
 */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

/** A socket that reads into the one buffer. It reads nothing until it has a reader, and may end one direction. */
export class OneBufferSocket extends Socket {
  /** In a table beside the sockets, closed ones would stay until the engine looks through all of its memory. */
  #reader: Reader | undefined;

  /**
   * @param handle what a server has accepted; absent for a socket that will connect.
   * @param arrived is called after each input.
   */
  constructor({ noDelay = false, handle }: { noDelay?: boolean; handle?: object }, arrived?: () => void) {
    const onread: OnReadOpts = {
      buffer: readBuffer,
      callback: (length) => {
        const goOn = this.#reader?.(readBuffer.subarray(0, length)) ?? true;
        arrived?.();
        return goOn;
      },
    };
    // The last three are what Node sets anyway, in a copy: properties that it has to add make it slow to read all others.
    const options: SocketOptions = {
      handle,
      manualStart: true,
      noDelay,
      onread,
      allowHalfOpen: true,
      emitClose: false,
      autoDestroy: true,
      decodeStrings: false,
    };
    super(options);
  }

  /** Begins to read. There are no `data` events. */
  readBy(reader: Reader): void {
    this.#reader = reader;
    this.read(0);
  }
}

interface Listening {
  onconnection: (status: number, client: object | undefined) => void;
}

/**
 * Has the sockets that a server accepts read into the one buffer. Node offers that only for sockets that connect, so they
 * are made here as Node makes them; where a server is built otherwise, it stays as it is.
 *
 * @param arrived is called after each input.
 */
export function acceptIntoOneBuffer(server: Server, arrived: (() => void) | undefined): void {
  const handle: unknown = '_handle' in server ? server._handle : undefined;
  if (!isListening(handle)) return;
  const usual = handle.onconnection;
  handle.onconnection = (status, client) => {
    if (status !== 0 || client === undefined) usual.call(handle, status, client);
    else server.emit('connection', new OneBufferSocket({ handle: client }, arrived));
  };
}

function isListening(handle: unknown): handle is Listening {
  if (typeof handle !== 'object' || handle === null) return false;
  return 'onconnection' in handle && typeof handle.onconnection === 'function';
}
