import { QmpError } from '../protocol/errors.js';

/** How one command is to be executed. */
export interface ExecuteOptions {
  /**
   * Stops waiting. A monitor cannot take a command back: what was sent may still run, its reply will be dropped, and
   * its id stays taken until then.
   */
  readonly signal?: AbortSignal | undefined;
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

/** `since` and `capacity` belong to the listener of `executeAndWait()`. */
const known: ReadonlySet<string> = new Set([
  'signal',
  'onAbort',
  'timeout',
  'oob',
  'fds',
  'idempotent',
  'since',
  'capacity',
]);

/** @throws {QmpError} QMP_OPTION_INVALID for an option that does not exist, or a time that is none. */
export function checkExecuteOptions(options: ExecuteOptions): void {
  for (const name in options) {
    if (known.has(name)) continue;
    throw new QmpError('QMP_OPTION_INVALID', `execute(): unknown option "${name}"`, {
      hint: `Known are: ${[...known].join(', ')}.`,
    });
  }
  const { fds, timeout } = options;
  if (
    fds !== undefined &&
    !(Array.isArray(fds) && fds.length > 0 && fds.every((fd) => Number.isInteger(fd) && fd >= 0))
  ) {
    throw new QmpError('QMP_OPTION_INVALID', 'the option "fds" has to be a list of open file descriptors');
  }
  if (timeout === undefined || timeout >= 0) return;
  throw new QmpError('QMP_OPTION_INVALID', `the option "timeout" has to be a number from 0 up, not ${String(timeout)}`);
}
