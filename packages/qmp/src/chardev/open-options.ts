import type { TlsCreds } from './tls-creds.js';

/** How a chardev is opened or listened on. */
export interface OpenOptions {
  /** Gives the attempt up. */
  readonly signal?: AbortSignal;
  /** What `tls-creds=` may name. */
  readonly tlsCreds?: ReadonlyMap<string, TlsCreds>;
  /**
   * A unix socket server takes the open files that clients pass, for `getfd` and `add-fd`; `if-possible` does without when
   * the package `koffi` is not installed or the socket is of another kind. Uses the signal SIGIO.
   * @default false
   */
  readonly receiveFds?: boolean | 'if-possible';
  /**
   * Milliseconds in which a tcp or unix server does not sleep after an input, but looks for more, when inputs follow each
   * other closely: a client that sends one command after another is served about twice as fast, for a processor that is
   * busy as long. QEMU's I/O threads do the same (`poll-max-ns`). 0.1 is enough for a client on the same host. Not with
   * TLS, websocket or `receiveFds`.
   * @default 0
   */
  readonly poll?: number;
  /** A terminal shows what is typed, in whole lines, as QEMU has it for QMP. @default false */
  readonly echo?: boolean;
}
