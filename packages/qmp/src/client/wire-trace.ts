import type { JsonObject, JsonValue } from '../json/value.js';
import { REDACTED, redactArguments, redactError, redactReply } from '../protocol/redact.js';
import { ANONYMOUS, type Pending } from './pending.js';
import type { TraceEvent } from './trace.js';

/** What a tracer is told of a command that goes out. */
export function tracedCommand(label: string, { command, args, id, oob }: Pending): TraceEvent {
  return {
    type: 'command',
    label,
    command,
    ...(id === ANONYMOUS ? {} : { id }),
    oob,
    ...(args === undefined ? {} : { arguments: redactArguments(command, args) }),
  };
}

/** What a tracer is told of a reply. */
export function tracedReply(
  label: string,
  { command, args, id, sentAt, abandoned }: Pending,
  now: number,
  value: JsonValue | undefined,
  error: JsonValue | undefined,
): TraceEvent {
  return {
    type: 'reply',
    label,
    command,
    ...(id === ANONYMOUS ? {} : { id }),
    milliseconds: now - sentAt,
    value: error === undefined ? redactReply(command, value ?? null) : redactError(command, args, error),
    late: abandoned,
    failed: error !== undefined,
  };
}

/** What a tracer is told of a message that nobody waits for. Which command it answers is not known, so its value stays out. */
export function withoutReturn(message: JsonValue): JsonValue {
  if (typeof message !== 'object' || message === null || !('return' in message)) return message;
  return { ...(message as JsonObject), return: REDACTED };
}
