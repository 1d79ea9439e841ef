import { QmpError, type QmpErrorCode } from '../protocol/errors.js';

/** How a process ended. */
export interface ExitStatus {
  /** Its exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to standard error. */
  readonly stderr: string;
}

/** The error of everything that waited for a process which ended. */
export class ExitError extends QmpError {
  readonly exit: ExitStatus;

  constructor(code: QmpErrorCode, what: string, exit: ExitStatus) {
    super(code, `${what}${lastLines(exit.stderr)}`);
    this.exit = exit;
  }
}

/** `exited with code 1`, `was ended by SIGKILL`. */
export function describeExit(exit: ExitStatus): string {
  return exit.signal === null ? `exited with code ${exit.code}` : `was ended by ${exit.signal}`;
}

/** The last lines of standard error, short enough for a message. */
function lastLines(stderr: string): string {
  const lines = stderr.trimEnd().split('\n').slice(-3).join(' | ').trim();
  return lines === '' ? '' : `: ${lines.length > 500 ? `…${lines.slice(-500)}` : lines}`;
}
