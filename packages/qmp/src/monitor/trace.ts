import type { JsonObject, JsonValue } from '../json/index.js';
import type { RaisedEvent } from './events.js';
import type { MonitorSession } from './session.js';

/** Something that happened in a monitor, fit for a log: secrets are replaced by `***`. */
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
      /** What a handler threw that was not an error for the client: a fault of the handler. */
      readonly cause?: unknown;
    }
  | { readonly type: 'event'; readonly event: string; readonly data: JsonObject | undefined };

const hidden = '***';

/** Copies arguments with the values of secret members replaced, at any depth. */
export function redact(args: JsonObject, secrets: readonly string[]): JsonObject {
  return secrets.length === 0 ? args : (redactValue(args, new Set(secrets)) as JsonObject);
}

/** Replaces in a text the string values that secret members have, since error texts quote what they refuse. */
export function redactText(text: string, args: JsonObject, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  let clean = text;
  for (const value of secretStrings(args, new Set(secrets))) if (value !== '') clean = clean.replaceAll(value, hidden);
  return clean;
}

export function traceEvent(event: RaisedEvent): MonitorTrace {
  return { type: 'event', event: event.event, data: event.data };
}

function redactValue(value: JsonValue | undefined, secrets: ReadonlySet<string>): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item: JsonValue) => redactValue(item, secrets) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, secrets.has(key) ? hidden : redactValue(item, secrets)]),
  );
}

function* secretStrings(value: JsonValue | undefined, secrets: ReadonlySet<string>, inside = false): Iterable<string> {
  if (typeof value === 'string' && inside) yield value;
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) yield* secretStrings(item, secrets, inside);
    return;
  }
  for (const [key, item] of Object.entries(value as JsonObject)) {
    yield* secretStrings(item, secrets, inside || secrets.has(key));
  }
}
