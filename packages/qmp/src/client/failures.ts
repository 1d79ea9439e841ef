import type { JsonObject, JsonValue } from '../json/value.js';
import { QmpError, type QmpErrorDetails } from '../protocol/errors.js';
import type { EventMessage } from '../protocol/messages.js';
import { redactArguments, redactError, redactReply } from '../protocol/redact.js';
import { type Pending, UNSENT } from './pending.js';

/** The error of a command that the server refused. */
export function commandError(pending: Pending, error: JsonValue, message: JsonObject): QmpError {
  const redacted = redactError(pending.command, pending.args, error);
  const body = typeof redacted === 'object' && redacted !== null ? (redacted as JsonObject) : {};
  const desc = typeof body.desc === 'string' ? body.desc : 'the server gave no description';
  return new QmpError('QMP_COMMAND_FAILED', `"${pending.command}" failed: ${desc}`, {
    ...evidence(pending),
    errorClass: typeof body.class === 'string' ? body.class : 'GenericError',
    received: { ...(redactReply(pending.command, message) as JsonObject), error: redacted },
  });
}

/** The error of a command whose reply did not come in time: what is known, and nothing more. */
export function timeoutError(pending: Pending, waited: number, ahead: number, label: string): QmpError {
  const others = ahead > 1 ? `; ${ahead - 1} other commands are owed a reply too` : '';
  if (pending.id === UNSENT) {
    return new QmpError(
      'QMP_COMMAND_TIMEOUT',
      `"${pending.command}" did not get its turn within ${seconds(waited)} at ${label}: ${ahead} sent before it ${ahead === 1 ? 'is' : 'are'} owed a reply`,
      { ...evidence(pending), hint: sentOrNot(pending) },
    );
  }
  return new QmpError(
    'QMP_COMMAND_TIMEOUT',
    `"${pending.command}" was not answered within ${seconds(waited)} by ${label}${others}`,
    {
      ...evidence(pending),
      hint: 'It was sent and may still run or take effect. Its late reply will be dropped. Give it more with {timeout}.',
    },
  );
}

/** What is known of the effect of a command that nobody waits for any more. */
export function sentOrNot(pending: Pending): string {
  return pending.id === UNSENT ? 'It waited for its turn and was not sent.' : 'It was sent and may still run.';
}

/** The error of a call that needs another state. */
export function stateError(command: string, state: string, cause: QmpError | undefined): QmpError {
  const why = cause === undefined ? '' : ` (${cause.message})`;
  return new QmpError('QMP_STATE', `execute() needs the session running, but it is ${state}${why}`, {
    command,
    ...(cause === undefined ? {} : { cause }),
    ...(state === 'reconnecting' ? { hint: 'A command marked {idempotent: true} waits for the reconnect.' } : {}),
  });
}

/** The error of a call that wants to pass descriptors where that is not possible. */
export function noDescriptors(command: string, label: string): QmpError {
  return new QmpError('QMP_UNSUPPORTED', `"${command}": ${label} cannot pass file descriptors`, {
    command,
    hint: 'Only unix sockets can. Nothing was sent.',
  });
}

/** The error of a call whose AbortSignal fired. */
export function abortedError(signal: AbortSignal | undefined, what: string, effect = ''): QmpError {
  const reason = signal?.reason;
  const why = reason instanceof Error && reason.name === 'TimeoutError' ? 'its signal timed out' : 'its signal fired';
  return new QmpError('QMP_ABORTED', `${what} was aborted: ${why}`, {
    cause: reason,
    ...(effect === '' ? {} : { hint: effect }),
  });
}

/** The error of a session whose peer went away. */
export function disconnectedError(
  label: string,
  cause: Error | undefined,
  shutdown: EventMessage | undefined,
  agent: boolean,
): QmpError {
  if (shutdown !== undefined) {
    const reason = (shutdown.data as JsonObject | undefined)?.reason;
    return new QmpError('QMP_DISCONNECTED', `${label}: QEMU shut down${reason === undefined ? '' : ` (${reason})`}`, {
      ...(cause === undefined ? {} : { cause }),
    });
  }
  const why = cause === undefined ? 'the peer closed the connection' : cause.message;
  return new QmpError('QMP_DISCONNECTED', why.startsWith(label) ? why : `${label}: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
    hint: agent
      ? 'The agent ended, or the channel to it was closed.'
      : 'No SHUTDOWN event came before, so QEMU crashed, was killed, or dropped this monitor.',
  });
}

/** An error without id came while several commands were on their way. */
export function undecidableError(label: string, underWay: number, received: JsonObject): QmpError {
  return new QmpError('QMP_PROTOCOL', `${label}: an error without id, with ${underWay} commands under way`, {
    received,
    hint: 'Whose it is cannot be told; the connection was closed rather than failing the wrong command.',
  });
}

/** The error of a command that was under way when the session ended. */
export function interruptedError(pending: Pending, cause: QmpError | undefined, label: string): QmpError {
  const hint = pending.id === UNSENT ? sentOrNot(pending) : 'It was sent; whether it took effect is not known.';
  if (cause === undefined) {
    return new QmpError('QMP_CLOSED', `"${pending.command}" was interrupted: ${label} was closed by this side`, {
      ...evidence(pending),
      hint,
    });
  }
  return new QmpError(cause.code, `"${pending.command}" was interrupted: ${cause.message}`, {
    ...evidence(pending),
    cause,
    hint: cause.hint === undefined ? hint : `${hint} ${cause.hint}`,
  });
}

/** Makes the stack of an error start at the asynchronous caller. Costs nothing until something fails. */
export function atCaller<E>(error: E, below: (...args: never[]) => unknown): E {
  if (error instanceof Error) Error.captureStackTrace?.(error, below);
  return error;
}

/**
 * A promise that fails with this error, whose stack then starts at the asynchronous caller that awaits it: the engine
 * knows who waits only once the promise is part of a chain, which is a few turns later. A command that succeeds pays
 * nothing for it, neither a stack nor an asynchronous frame.
 */
export function rejection(error: QmpError): Promise<never> {
  const fail = (): never => {
    throw atCaller(error, fail);
  };
  return Promise.resolve().then().then(fail);
}

/** Milliseconds for a message: `250 ms`, `30 s`. */
export function seconds(milliseconds: number): string {
  const rounded = Math.round(milliseconds);
  return rounded < 1000 ? `${rounded} ms` : `${Number((rounded / 1000).toFixed(1))} s`;
}

function evidence(pending: Pending): QmpErrorDetails {
  const { command, args, oob } = pending;
  const sent: JsonObject = {
    [oob ? 'exec-oob' : 'execute']: command,
    ...(args === undefined ? {} : { arguments: redactArguments(command, args) }),
  };
  return { command, sent };
}
