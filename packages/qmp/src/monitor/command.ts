import type { JsonObject } from '../json/index.js';
import { type ErrorClass, QmpError } from '../protocol/index.js';
import type { CompatPolicy } from './compat.js';
import type { MonitorSession } from './monitor-session.js';
import type { CommandResult, OutputFilter } from './result.js';

/**
 * Checks the arguments of one command against its schema.
 *
 * @returns the text of the first fault as QEMU words it, or undefined when the arguments are right.
 */
export type ArgumentsValidator = (args: JsonObject, policy?: CompatPolicy) => string | undefined;

/**
 * Runs one command. A handler that returns a promise keeps the whole monitor busy until it settles: in-band commands
 * run one at a time, as in QEMU. To fail, throw {@link commandError}; any other error is answered as an internal error
 * without its text.
 */
export type CommandHandler = (args: JsonObject, context: CommandContext) => CommandResult | Promise<CommandResult>;

/** One command of a monitor. */
export interface Command {
  readonly name: string;
  readonly handler: CommandHandler;
  /** Checks the arguments before the handler sees them. Absent: anything goes. */
  readonly validate?: ArgumentsValidator;
  /** May be sent as `exec-oob`. @default false */
  readonly allowOob?: boolean;
  /** May run before the machine exists (`--preconfig`). @default false */
  readonly allowPreconfig?: boolean;
  /** Special features of the command itself, such as `deprecated` and `unstable`. */
  readonly features?: readonly string[];
  /** Hides parts of the result by policy. Only asked when a policy hides something. */
  readonly output?: OutputFilter;
  /** Names of arguments, at any depth, whose values never appear in a trace, beside those that QEMU keeps secret. */
  readonly secrets?: readonly string[];
  /** False: a success is not answered. @default true */
  readonly successResponse?: boolean;
}

/** What a handler knows beside its arguments. Valid for one call. */
export interface CommandContext {
  /** The client that asked. */
  readonly session: MonitorSession;
  /** Sent as `exec-oob`: the handler must not wait for anything an in-band command holds. */
  readonly oob: boolean;
  /** Fires when the client that asked is gone or the monitor closes. The handler may go on all the same. */
  readonly signal: AbortSignal;
  /**
   * Takes the open file descriptors that the client passed with this command (`SCM_RIGHTS`), which are the handler's to
   * close then. Call it before waiting for anything: the next ones take the place of those that nobody wanted. Undefined
   * when the client's chardev cannot carry any.
   */
  takeFds(): readonly number[] | undefined;
  /** Raises an event. Raised before the handler returns, it reaches every client before the reply. */
  emit(event: string, data?: JsonObject): void;
  /** Runs `callback` right after the reply was written, in the same turn: what `quit` does with the process. */
  afterReply(callback: () => void): void;
}

/** The error a handler throws to have the command answered with that class and text. */
export function commandError(description: string, errorClass: ErrorClass = 'GenericError'): QmpError {
  return new QmpError('QMP_COMMAND_FAILED', description, { errorClass });
}
