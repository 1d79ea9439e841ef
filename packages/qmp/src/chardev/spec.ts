/**
 * A chardev as its options describe it: what {@link parseAddress} and {@link parseChardevOption} return and
 * `openChardev` and `listenChardev` take. Names are those of QEMU's options.
 */
export type ChardevSpec = SocketSpec | StdioSpec | FileSpec | PipeSpec | PtySpec | RingbufSpec | NullSpec | DeviceSpec;

/** What every kind of chardev has. */
export interface CommonSpec {
  /** The name that `-mon chardev=…` and `-serial chardev:…` use. */
  readonly id?: string;
  /** Several users share it, switched by Ctrl-A c. @default false */
  readonly mux?: boolean;
}

/** A stream socket: connects, or with `server` listens. */
export interface SocketSpec extends CommonSpec {
  readonly backend: 'socket';
  readonly address: SocketAddress;
  /** Listens instead of connecting. @default false */
  readonly server: boolean;
  /** A server's user holds the machine back until a client came. @default true for a server */
  readonly wait: boolean;
  /** What runs above the socket. */
  readonly protocol: 'raw' | 'telnet' | 'websocket';
  /** Sends small packets at once. @default true */
  readonly nodelay: boolean;
  /** A client connects again this many milliseconds after it lost its peer; 0 never. @default 0 */
  readonly reconnectMs: number;
  /** The id of the `tls-creds-*` object that makes this TLS. */
  readonly tlsCreds?: string;
  /** Pages that may open a websocket here: `https://console.example`, or `*` for any. @default none */
  readonly origins: readonly string[];
  /** Listens beyond this host without TLS. QEMU does so unasked; here it needs to be said. @default false */
  readonly insecure: boolean;
}

export type SocketAddress = InetAddress | UnixAddress | FdAddress;

export interface InetAddress {
  readonly type: 'inet';
  /** Empty means every address of this host for a server, and this host for a client. */
  readonly host: string;
  /** 0 lets the system choose one, for a server. */
  readonly port: number;
  /** A server tries the ports from `port` up to this one. */
  readonly to?: number;
  /** Whether IPv4 and IPv6 addresses are used. Absent: any that the name resolves to. */
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
}

export interface UnixAddress {
  readonly type: 'unix';
  readonly path: string;
  /** The name lives in Linux's abstract namespace, not on disk. @default false */
  readonly abstract?: boolean;
  /** The abstract name is not padded with zero bytes. @default true */
  readonly tight?: boolean;
}

/** A connected (or with `server` a listening) socket that this process inherited. */
export interface FdAddress {
  readonly type: 'fd';
  readonly fd: number;
}

/** This process's standard input and output. */
export interface StdioSpec extends CommonSpec {
  readonly backend: 'stdio';
  /** Ctrl-C ends the process as usual; off makes it a byte for the peer. @default true */
  readonly signal: boolean;
}

/** Writes to a file; with `inputPath` also reads from one. */
export interface FileSpec extends CommonSpec {
  readonly backend: 'file';
  readonly path: string;
  readonly inputPath?: string;
  /** Keeps what the file holds. @default false */
  readonly append: boolean;
}

/** Two named pipes, `path.in` and `path.out` as QEMU names them, or one when these do not exist. */
export interface PipeSpec extends CommonSpec {
  readonly backend: 'pipe';
  readonly path: string;
}

/** A new pseudo-terminal. */
export interface PtySpec extends CommonSpec {
  readonly backend: 'pty';
  /** Where to put a symbolic link to the terminal. */
  readonly path?: string;
}

/** Keeps the last bytes written to it. */
export interface RingbufSpec extends CommonSpec {
  readonly backend: 'ringbuf';
  /** Bytes, a power of two. @default 65536 */
  readonly size: number;
}

/** Takes everything, gives nothing. */
export interface NullSpec extends CommonSpec {
  readonly backend: 'null';
}

/** A character device of the host, such as `/dev/ttyS0`. */
export interface DeviceSpec extends CommonSpec {
  readonly backend: 'serial';
  readonly path: string;
}
