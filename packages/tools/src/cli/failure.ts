import { QmpError, type QmpErrorCode } from 'qmp/protocol';
import { InputError } from '../language/input-error.js';
import { printable } from '../output/printable.js';
import { exitCode } from './exit-code.js';

/** The command line cannot be read. */
export class UsageError extends Error {
  readonly hint?: string;

  constructor(message: string, hint?: string) {
    super(message);
    if (hint !== undefined) this.hint = hint;
  }
}

/** Something did not happen in the time that the user gave. */
export class WaitTimeout extends Error {}

const codes: Partial<Record<QmpErrorCode, number>> = {
  QMP_ADDRESS_INVALID: exitCode.usage,
  QMP_OPTION_INVALID: exitCode.usage,
  QMP_COMMAND_FAILED: exitCode.refused,
  QMP_UNSUPPORTED: exitCode.refused,
  QMP_OPERATION_FAILED: exitCode.refused,
  QMP_OPERATION_CANCELLED: exitCode.refused,
  QMP_DEPENDENCY_MISSING: exitCode.usage,
  QMP_LIMIT: exitCode.refused,
  QMP_CONNECT_TIMEOUT: exitCode.timeout,
  QMP_GREETING_TIMEOUT: exitCode.timeout,
  QMP_COMMAND_TIMEOUT: exitCode.timeout,
  QMP_ABORTED: exitCode.interrupted,
};

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof InputError) return exitCode.usage;
  if (error instanceof WaitTimeout) return exitCode.timeout;
  if (QmpError.is(error)) return codes[error.code] ?? exitCode.connection;
  return exitCode.refused;
}

/** One or two lines that say what was wrong and what to do next. No stack trace: `QMP_DEBUG=1` asks for it. */
export function failureText(tool: string, error: unknown, env: NodeJS.ProcessEnv): string {
  if (env.QMP_DEBUG !== undefined && error instanceof Error) return `${tool}: ${error.stack ?? error.message}\n`;
  const message = error instanceof Error ? error.message : String(error);
  const hint = hintOf(error);
  const next = hint === undefined || message.includes(hint) ? '' : `${' '.repeat(tool.length + 2)}${hint}\n`;
  return `${tool}: ${printable(message)}\n${printable(next)}`;
}

function hintOf(error: unknown): string | undefined {
  const hint = error instanceof Error && 'hint' in error ? error.hint : undefined;
  return typeof hint === 'string' ? hint : undefined;
}
