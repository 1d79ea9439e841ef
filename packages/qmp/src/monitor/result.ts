import type { JsonObject, JsonValue } from '../json/index.js';
import type { Timestamp } from '../protocol/index.js';
import type { CompatPolicy } from './compat.js';
import type { Prepared } from './prepared.js';

/** What a command may answer with. `undefined` is answered as `{}`. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is the common case
export type CommandResult = JsonValue | Prepared | undefined | void;

/** Takes out of a result, or of an event's data, what the policies for output hide. Returns a copy. */
export type OutputFilter = (value: JsonValue, policy: CompatPolicy) => JsonValue;

/** An event as it was raised. */
export interface RaisedEvent {
  readonly timestamp: Timestamp;
  readonly event: string;
  readonly data: JsonObject | undefined;
}
