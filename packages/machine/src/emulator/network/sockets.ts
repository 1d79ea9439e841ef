/** One TCP connection of the real host. */
export interface HostSocket {
  write(data: Uint8Array): void;
  /** Ends our direction after what was written. */
  end(): void;
  destroy(): void;
}

/** What a {@link HostSocket} tells. */
export interface HostSocketHandlers {
  readonly connected: () => void;
  readonly data: (data: Uint8Array) => void;
  /** The other end sends no more. */
  readonly ended: () => void;
  /** The connection is over, or could not be made. */
  readonly closed: () => void;
}

/** A port of the real host on which connections are accepted. */
export interface HostListener {
  readonly port: number;
  close(): void;
}

/** The real host's network, as far as a user-mode network uses it. A web page has none. */
export interface HostSockets {
  connect(host: string, port: number, handlers: HostSocketHandlers): HostSocket;
  /** @throws {Error} when the port cannot be listened on. */
  listen(
    address: string,
    port: number,
    accept: (socket: HostSocket) => Omit<HostSocketHandlers, 'connected'>,
  ): Promise<HostListener>;
  /** Asks the real host's name server. No answer ever comes when there is none. */
  resolve(query: Uint8Array, answer: (reply: Uint8Array) => void): void;
}
