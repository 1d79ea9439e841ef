/**
 * A byte stream with two ends, as QEMU's `-chardev` means it. Client and monitor see nothing else of the world:
 * no socket, no process, no path. The rooms that open one are `qmp/chardev` (Node) and `qmp/testing` (memory).
 *
 * The interface is synchronous push on purpose. A reply that arrives is handed on in the turn it arrived in, which
 * keeps the order of events against replies and costs no promise for each chunk.
 */
export interface Chardev {
  /** What to call this connection in messages: `unix:/run/vm.sock`, `tcp:127.0.0.1:4444`. */
  readonly label: string;

  /**
   * Starts delivery. Called exactly once, before any other method but {@link close}; nothing that arrived earlier is
   * lost. The handlers are called one at a time and never from inside `start`.
   *
   * @throws {QmpError} QMP_STATE when called twice.
   */
  start(handlers: ChardevHandlers): void;

  /**
   * Queues bytes for the peer, in order. A string is sent as UTF-8; write many rather than one long one, a chardev to which
   * a write of its own is dear gathers what one turn writes. An array is the chardev's until it was sent: do not
   * change it. Never throws for a lost peer: that is told by {@link ChardevHandlers.close}. Ignored after {@link end}
   * and {@link close}.
   *
   * @returns false when the peer reads slower than we write; {@link ChardevHandlers.drain} tells when it caught up.
   */
  write(data: string | Uint8Array): boolean;

  /**
   * Queues bytes together with open file descriptors, which the peer gets with the first byte. Present only on a
   * chardev that can do that (unix sockets). The caller keeps its descriptors and may close them when this returned.
   *
   * @returns as {@link write}.
   * @throws {QmpError} QMP_UNSUPPORTED when the platform or the connection cannot pass descriptors.
   */
  writeWithFds?(data: string | Uint8Array, fds: readonly number[]): boolean;

  /**
   * Takes the open file descriptors that came with the bytes delivered last. They are the caller's then. Those that nobody
   * takes are closed when the next ones come, or with the chardev. Present only on a chardev that was opened to receive
   * some.
   */
  takeFds?(): readonly number[];

  /** Stops calling {@link ChardevHandlers.data} until {@link resume}; the peer feels it as back-pressure. */
  pause(): void;

  /** Undoes {@link pause}. */
  resume(): void;

  /** Ends our direction after what was written; the peer's direction stays open where the transport can do that. */
  end(): void;

  /**
   * Closes both directions and resolves when that is done. Idempotent.
   *
   * @param reason given: what was written but not yet sent is dropped, and `reason` is what `close` reports.
   * Absent: it is sent first, for at most as long as the backend's own limit says.
   */
  close(reason?: Error): Promise<void>;

  /** Bytes written and not yet taken by the transport. */
  readonly writableLength: number;
}

/** What a {@link Chardev} tells its one user. */
export interface ChardevHandlers {
  /** Bytes arrived. The array belongs to the chardev and is only valid until this call returns: copy what you keep. */
  data(chunk: Uint8Array): void;
  /** The peer ended its direction; nothing more arrives. Ours may still be open. */
  end(): void;
  /** {@link Chardev.write} may be called freely again after it returned false. */
  drain(): void;
  /** The connection is over, and this is the last call. `error` is the cause when it was not an orderly end. */
  close(error?: Error): void;
  /**
   * This user of a shared terminal has lost it to another user, or has it again. Called by a `Mux`: at each change, and
   * inside {@link Chardev.start} for a user that begins without it.
   */
  focus?(on: boolean): void;
  /** The peer sent a break, for whom that means something: a serial line. */
  break?(): void;
}

/** Opens one connection. Reconnecting calls it again. */
export type ChardevFactory = (signal: AbortSignal) => Promise<Chardev>;

/**
 * The accepting side of a chardev (`server=on`). It has one client at a time, as in QEMU: the next one is accepted by
 * the operating system, waits, and is handed out when {@link next} is called again.
 */
export interface ChardevListener {
  /** The address really bound, in the syntax that connects to it: `tcp:127.0.0.1:4444`, `unix:/run/vm.sock`. */
  readonly label: string;
  /** Waits for the next client. Resolves with undefined when the listener was closed. */
  next(signal?: AbortSignal): Promise<Chardev | undefined>;
  /** Stops listening, drops waiting clients and removes what was put on disk. Idempotent. */
  close(): Promise<void>;
}
