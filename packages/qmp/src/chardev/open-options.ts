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
  /** A terminal shows what is typed, in whole lines, as QEMU has it for QMP. @default false */
  readonly echo?: boolean;
}
