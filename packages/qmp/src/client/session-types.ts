import type { JsonReaderOptions } from '../json/index.js';
import type { JsonValue } from '../json/value.js';
import type { QmpError } from '../protocol/errors.js';
import type { EventMessage } from '../protocol/messages.js';
import type { Clock } from './clock.js';
import type { Timeouts } from './deadlines.js';
import type { Tracer } from './trace.js';

/** Where a session stands. It only ever moves to the right; every failure leads to `closed`. */
export type SessionState = 'greeting' | 'negotiating' | 'running' | 'closing' | 'closed';

/** What a session tells its owner. */
export interface SessionHost {
  event(message: EventMessage): void;
  /** A command takes long. It is still waited for. */
  slow(command: string, milliseconds: number, limit: number): void;
  /** Something came that nobody waits for: an unknown id, a reply nobody asked for. */
  unexpected(message: JsonValue, why: string): void;
  /**
   * The session is over, and this is the last call. `error` is undefined when this side closed it; `orderly` tells that
   * a SHUTDOWN event came before.
   */
  over(error: QmpError | undefined, orderly: boolean): void;
}

/** What a session needs to know. All are required: defaults are the owner's business. */
export interface SessionOptions {
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** Enables out-of-band execution when the server offers it. */
  readonly oob: boolean;
  /** With out-of-band enabled, the most in-band commands on the wire. */
  readonly inFlight: number;
  /** The peer is a guest agent: no greeting, and this many characters that tell our synchronisation apart. */
  readonly agent: boolean;
  readonly tracer: Tracer | undefined;
  /** The most characters that may wait for a peer that reads slowly. */
  readonly outboxLimit: number;
  /** Limits of the JSON reader. */
  readonly reader: JsonReaderOptions;
}
