import type { JsonObject, JsonValue } from '../json/value.js';
import type { QmpError } from '../protocol/errors.js';
import type { VersionInfo } from '../protocol/messages.js';

/** What was read again after a reconnect. A member is undefined when the server could not tell. */
export interface RecoveredState {
  /** The reply to `query-status`. */
  readonly status: JsonObject | undefined;
  /** The reply to `query-jobs`. */
  readonly jobs: readonly JsonObject[] | undefined;
  /** The reply to `query-block-jobs`. */
  readonly blockJobs: readonly JsonObject[] | undefined;
  /** The reply to `query-migrate`. */
  readonly migration: JsonObject | undefined;
}

/** What happens to a connection. Check exhaustively with `satisfies never`. */
export type Status =
  /** The session is running. */
  | { readonly type: 'connected'; readonly version: VersionInfo | undefined; readonly reconnected: boolean }
  /** The session was lost. `orderly`: QEMU had announced its end by a SHUTDOWN event. */
  | { readonly type: 'disconnected'; readonly error: QmpError; readonly orderly: boolean }
  /** The next attempt comes after `delay` milliseconds. */
  | { readonly type: 'reconnecting'; readonly attempt: number; readonly delay: number; readonly error: QmpError }
  /** After a reconnect: events may be missing, and this is how things stand now. */
  | { readonly type: 'recovered'; readonly state: RecoveredState }
  /** A command has used a good part of its time. It is still waited for. */
  | { readonly type: 'slow'; readonly command: string; readonly milliseconds: number; readonly limit: number }
  /** The server sent what nobody waits for, such as a reply with an unknown id. */
  | { readonly type: 'unexpected'; readonly message: JsonValue; readonly why: string }
  /** A listener reads too slowly; `dropped` events of its queue are lost so far. */
  | { readonly type: 'overflow'; readonly dropped: number }
  /** A callback or filter for events threw. */
  | { readonly type: 'callback-failed'; readonly error: unknown }
  /** Something deprecated or unstable is used; told once for each. */
  | { readonly type: 'warning'; readonly feature: 'deprecated' | 'unstable'; readonly what: string }
  /** The client is closed, and this is the last status. `error` tells why when it was not this side's wish. */
  | { readonly type: 'closed'; readonly error: QmpError | undefined };
