/** How one command is to be executed. */
export interface ExecuteOptions {
  /**
   * Stops waiting. A monitor cannot take a command back: what was sent may still run, its reply will be dropped, and
   * its id stays taken until then.
   */
  readonly signal?: AbortSignal;
  /** `disconnect` also ends the session when the signal fires. @default "forget" */
  readonly onAbort?: 'forget' | 'disconnect';
  /** Milliseconds to wait for the reply, 0 without limit. @default what the deadline table says for this command */
  readonly timeout?: number;
  /** Executes ahead of the commands that wait (`exec-oob`), for the few commands that allow it. @default false */
  readonly oob?: boolean;
  /**
   * Open file descriptors that travel with the command, for `getfd` and `add-fd`. Unix sockets only. You keep them and
   * may close them when the promise has settled.
   */
  readonly fds?: readonly number[];
  /** After a reconnect sends the command again instead of failing. Only you know that it may run twice. @default false */
  readonly idempotent?: boolean;
}
