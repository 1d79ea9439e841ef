/** What the exit code of every tool says. */
export const exitCode = {
  /** Done. */
  done: 0,
  /** The server refused a command, or the thing asked for is not so. */
  refused: 1,
  /** The command line, or a line of input, cannot be read. */
  usage: 2,
  /** No connection, or it was lost. */
  connection: 3,
  /** Something did not happen in time. */
  timeout: 4,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
} as const;

/** The same, for help texts and manual pages. */
export const exitCodeTable: readonly (readonly [number, string])[] = [
  [exitCode.done, 'done'],
  [exitCode.refused, 'the server refused it'],
  [exitCode.usage, 'wrong usage'],
  [exitCode.connection, 'no connection, or it was lost'],
  [exitCode.timeout, 'it did not happen in time'],
  [exitCode.interrupted, 'interrupted'],
];
