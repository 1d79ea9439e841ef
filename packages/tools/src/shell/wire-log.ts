import { closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import type { TraceEvent, Tracer } from 'qmp';
import { type JsonValue, stringify } from 'qmp/json';
import { UsageError } from '../cli/failure.js';

/**
 * Appends all traffic to a file, one JSON object a line: `{"time": …, "sent": …}` or `{"time": …, "received": …}`.
 * Secrets are redacted by the client.
 *
 * @throws {UsageError} when the path is no regular file: a log never replaces a socket.
 */
export function openWireLog(path: string): { tracer: Tracer; close: () => void } {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing !== undefined && !existing.isFile()) {
    throw new UsageError(`the log '${path}' exists and is not a regular file`, 'give another path');
  }
  const file = openLog(path);
  return {
    tracer: (event) => {
      const line = lineOf(event);
      if (line !== undefined) writeSync(file, `${stringify({ time: new Date().toISOString(), ...line })}\n`);
    },
    close: () => closeSync(file),
  };
}

function openLog(path: string): number {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
  } catch (error) {
    throw new UsageError(`the log cannot be written: ${(error as Error).message}`);
  }
}

function lineOf(event: TraceEvent): { sent: JsonValue } | { received: JsonValue } | undefined {
  switch (event.type) {
    case 'command': {
      const args = event.arguments === undefined ? {} : { arguments: event.arguments };
      const id = event.id === undefined ? {} : { id: event.id };
      return { sent: { [event.oob ? 'exec-oob' : 'execute']: event.command, ...args, ...id } };
    }
    case 'reply': {
      const id = event.id === undefined ? {} : { id: event.id };
      return { received: { [event.failed ? 'error' : 'return']: event.value, ...id } };
    }
    case 'event':
      return { received: event.event as unknown as JsonValue };
    case 'unexpected':
      return { received: event.message };
    case 'state':
      return undefined;
  }
}
