/** What this package uses of v86's bus and of its devices for memory, ports and the network. */

export interface V86Bus {
  readonly listeners: Record<string, unknown[]>;
  register<T>(event: string, handler: (value: T) => void, context?: object): void;
  send(event: string, value?: unknown): void;
}

export interface V86Balloon {
  Inflate(pages: number): void;
  Deflate(pages: number): void;
  /** Pages that the guest has given. */
  actual: number;
  readonly virtio: { readonly queues: readonly V86Queue[] };
  /** Asks the guest's driver; it answers later, or never. */
  GetStats(answer: (stats: Readonly<Record<string, number>>) => void): void;
  /** Pages that it was asked to give. */
  readonly num_pages: number;
}

/** v86's virtio console. */
export interface V86VirtioConsole {
  readonly virtio: { readonly queues: readonly V86Queue[] };
  SendEvent: (port: number, event: number, value: number) => void;
  SendName: (port: number, name: string) => void;
  SendWindowSize: (port: number) => void;
  Ack: (queue: number, chain: V86BufferChain) => void;
  reset: () => void;
}

export interface V86Queue {
  is_configured(): boolean;
  /** Whether the guest has given a buffer. */
  has_request(): boolean;
}

/** Buffers of the guest. */
export interface V86BufferChain {
  readonly read_buffers: readonly { readonly addr_low: number; readonly len: number }[];
}

/** v86's NE2000. */
export interface V86Ne2k {
  readonly mac: Uint8Array;
  /** The card's own memory; its ROM, at the beginning, has every byte of the address twice. */
  readonly memory: Uint8Array;
}

/** v86's virtio-net. */
export interface V86VirtioNet {
  mac: Uint8Array;
  /** Bit 0: the link is up. */
  status: number;
  readonly virtio: { notify_config_changes(): void };
}

/** v86's user-mode network. */
export interface V86NetworkAdapter {
  readonly bus: V86Bus;
  /** The guest's address. */
  readonly vm_mac: Uint8Array;
  readonly tcp_conn: Record<string, V86Connection>;
  on_tcp_connection?: ((connection: V86Connection) => void) | undefined;
  /** A frame from the guest. */
  send: (frame: Uint8Array) => void;
  /** A frame to the guest. */
  receive: (frame: Uint8Array) => void;
  connect(guestPort: number): V86Connection;
}

/** A TCP connection of v86's user-mode network. */
export interface V86Connection {
  readonly tuple: string;
  /** The address and port that are not the guest's. */
  readonly psrc: Uint8Array;
  readonly sport: number;
  on(event: 'data', handler: (data: Uint8Array) => void): void;
  on(event: 'shutdown' | 'close', handler: () => void): void;
  /** Forgets the connection: it is over. */
  release: () => void;
  accept(): void;
  write(data: Uint8Array): void;
  close(): void;
}
