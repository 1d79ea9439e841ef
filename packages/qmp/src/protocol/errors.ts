import type { JsonObject, JsonValue } from '../json/value.js';

/** Every code a {@link QmpError} can have. Callers match on the code, never on the message. */
export type QmpErrorCode =
  /** An address or option list cannot be read. */
  | 'QMP_ADDRESS_INVALID'
  /** An option has a value it cannot have, or does not exist. */
  | 'QMP_OPTION_INVALID'
  /** The chardev could not be opened: nobody listens, no such path, no permission. */
  | 'QMP_CONNECT_FAILED'
  /** The chardev did not open within its deadline. */
  | 'QMP_CONNECT_TIMEOUT'
  /** The peer accepted and stayed silent: somebody else holds this monitor, or the process is stopped. */
  | 'QMP_GREETING_TIMEOUT'
  /** The peer speaks, but not QMP. */
  | 'QMP_GREETING_INVALID'
  /** The server refused `qmp_capabilities`, or did not answer it in time. */
  | 'QMP_NEGOTIATION_FAILED'
  /** The server answered a command with an error. See {@link QmpError.errorClass}. */
  | 'QMP_COMMAND_FAILED'
  /** No reply within the deadline. The command may still run: a monitor cannot take a command back. */
  | 'QMP_COMMAND_TIMEOUT'
  /** The caller's AbortSignal fired. The command may still run. */
  | 'QMP_ABORTED'
  /** An option of this client refuses what the command would use: something deprecated or unstable. */
  | 'QMP_POLICY'
  /** A job, migration or other operation that QEMU began has ended badly. */
  | 'QMP_OPERATION_FAILED'
  /** An operation was cancelled. */
  | 'QMP_OPERATION_CANCELLED'
  /** The call needs the session in another state. */
  | 'QMP_STATE'
  /** The peer went away. */
  | 'QMP_DISCONNECTED'
  /** This side closed or destroyed the session. */
  | 'QMP_CLOSED'
  /** The peer sent something the protocol does not allow. */
  | 'QMP_PROTOCOL'
  /** A limit on size, nesting, queue or number was exceeded. */
  | 'QMP_LIMIT'
  /** A program could not be started, or ended before it was ready. */
  | 'QMP_LAUNCH_FAILED'
  /** A server chardev could not listen: address in use, no permission, path too long. */
  | 'QMP_LISTEN_FAILED'
  /** An optional package that this needs is not installed. */
  | 'QMP_DEPENDENCY_MISSING'
  /** This platform, chardev or server cannot do that. */
  | 'QMP_UNSUPPORTED';

/** What stands beside the message of a {@link QmpError}: the evidence. All optional. */
export interface QmpErrorDetails {
  /** The error below this one. */
  readonly cause?: unknown;
  /** One sentence that says what to do next. */
  readonly hint?: string;
  /** The class of the server's error, such as `GenericError` or `CommandNotFound`. */
  readonly errorClass?: string;
  /** The name of the command that failed. */
  readonly command?: string;
  /** What was sent, with secrets redacted. */
  readonly sent?: JsonObject;
  /** What was received. */
  readonly received?: JsonValue;
}

const brand = Symbol.for('qmp.QmpError');

/** The root of all errors that this library raises. */
export class QmpError extends Error {
  static {
    Object.defineProperty(QmpError.prototype, brand, { value: true });
    Object.defineProperty(QmpError.prototype, 'name', { value: 'QmpError' });
  }

  /** Tells a QmpError also when it comes from another copy of this package. */
  static is(value: unknown): value is QmpError {
    return typeof value === 'object' && value !== null && brand in value;
  }

  readonly code: QmpErrorCode;
  declare readonly hint?: string;
  declare readonly errorClass?: string;
  declare readonly command?: string;
  declare readonly sent?: JsonObject;
  declare readonly received?: JsonValue;

  constructor(code: QmpErrorCode, message: string, details: QmpErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.hint !== undefined) this.hint = details.hint;
    if (details.errorClass !== undefined) this.errorClass = details.errorClass;
    if (details.command !== undefined) this.command = details.command;
    if (details.sent !== undefined) this.sent = details.sent;
    if (details.received !== undefined) this.received = details.received;
  }
}
