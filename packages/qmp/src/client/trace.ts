import type { JsonObject, JsonValue } from '../json/value.js';
import type { EventMessage } from '../protocol/messages.js';

/**
 * What a client does, told to the tracer given in the options. Secrets are already redacted. A tracer is called in the
 * turn things happen and must not throw; what it throws is ignored.
 */
export type TraceEvent =
  | { readonly type: 'state'; readonly label: string; readonly state: string; readonly error?: unknown }
  | {
      readonly type: 'command';
      readonly label: string;
      readonly command: string;
      /** The id on the wire; absent for a command that went without one. */
      readonly id?: number;
      readonly oob: boolean;
      readonly arguments?: JsonObject;
    }
  | {
      readonly type: 'reply';
      readonly label: string;
      readonly command: string;
      readonly id?: number;
      /** From `execute()` to the reply. */
      readonly milliseconds: number;
      readonly value: JsonValue;
      /** The caller had given up before. */
      readonly late: boolean;
      readonly failed: boolean;
    }
  | { readonly type: 'event'; readonly label: string; readonly event: EventMessage }
  | { readonly type: 'unexpected'; readonly label: string; readonly message: JsonValue; readonly why: string };

/** Receives {@link TraceEvent}s. */
export type Tracer = (event: TraceEvent) => void;
