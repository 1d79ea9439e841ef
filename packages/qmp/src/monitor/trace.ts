import type { JsonObject } from '../json/index.js';
import { REDACTED, redactArguments, redactQuoted, redactReply } from '../protocol/index.js';
import type { MonitorSession } from './monitor-session.js';
import type { RaisedEvent } from './result.js';

/** Something that happened in a monitor, fit for a log: secrets are replaced by `<redacted>`. */
export type MonitorTrace =
  | { readonly type: 'open'; readonly session: MonitorSession }
  | { readonly type: 'close'; readonly session: MonitorSession; readonly error: Error | undefined }
  | {
      readonly type: 'command';
      readonly session: MonitorSession;
      readonly command: string;
      readonly arguments: JsonObject;
      readonly oob: boolean;
    }
  | { readonly type: 'reply'; readonly session: MonitorSession; readonly command: string }
  | {
      readonly type: 'error';
      readonly session: MonitorSession;
      /** Absent when the message was not a command. */
      readonly command: string | undefined;
      readonly errorClass: string;
      readonly description: string;
      /** A copy of what a handler threw that was not an error for the client: a fault of the handler. */
      readonly cause?: Error;
    }
  | { readonly type: 'event'; readonly event: string; readonly data: JsonObject | undefined };

/** An error's text without the secrets that it quotes. */
export function redactDescription(
  text: string,
  command: string | undefined,
  args: JsonObject,
  secrets: readonly string[] = [],
): string {
  // What cannot be read has no members: a word, or a string without an end, may be a password.
  if (command === undefined) return text.replace(/(invalid keyword '|stray '["']).*(')/s, `$1${REDACTED}$2`);
  return redactQuoted(text, args, redactArguments(command, args, secrets));
}

/** What a handler threw, as an error of the same name whose text and stack have lost the secrets of its arguments. */
export function redactCause(cause: unknown, redact: (text: string) => string): Error {
  const copy = new Error(redact(cause instanceof Error ? cause.message : String(cause)));
  const { name = 'Error', stack } = cause instanceof Error ? cause : {};
  if (name !== 'Error') copy.name = name;
  return Object.assign(copy, { stack: stack && redact(stack) });
}

export function traceEvent(event: RaisedEvent, secrets: readonly string[]): MonitorTrace {
  const { event: name, data } = event;
  return { type: 'event', event: name, data: data && (redactReply(name, data, secrets) as JsonObject) };
}
