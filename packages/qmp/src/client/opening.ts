import type { JsonError } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import type { QmpError } from '../protocol/errors.js';
import type { Greeting } from '../protocol/messages.js';

/** What happens on a connection before it can be used: for QMP greeting and negotiation, for an agent its resync. */
export interface Opening {
  readonly greeting: Greeting | undefined;
  /** Resolves when commands can be sent; tells whether out-of-band execution was enabled. */
  run(): Promise<boolean>;
  /** Sees the bytes before they are read as JSON, to tell what a peer is that is no QMP server. */
  raw(chunk: Uint8Array): void;
  /** Takes a message that is no event. */
  receive(message: JsonObject): void;
  /** Whether bytes that are not JSON belong to the opening. */
  tolerates(error: JsonError): boolean;
  /** The error for a peer that does not speak the protocol. */
  notQmp(error?: JsonError): QmpError;
  /** The error for a peer that went away meanwhile. */
  lost(error: Error | undefined): QmpError;
  /** Ends {@link run} with this error, if it has not ended. */
  abort(error: QmpError): void;
}

/** What an opening may do to its session. */
export interface OpeningHost {
  write(data: string | Uint8Array): void;
  greeted(): void;
  unexpected(message: JsonValue, why: string): void;
}

/** A promise with its two ends. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
