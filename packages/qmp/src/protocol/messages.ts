import type { JsonObject, JsonValue } from '../json/value.js';

/** QEMU's version triple. Member order as on the wire. */
export interface VersionTriple {
  readonly micro: number;
  readonly minor: number;
  readonly major: number;
}

/** The value of `query-version`, also found in the greeting. */
export interface VersionInfo {
  readonly qemu: VersionTriple;
  readonly package: string;
}

/** The capabilities that exist today. */
export type Capability = 'oob';

/** The first message of a server (QMP specification, section "Server Greeting"). */
export interface Greeting {
  readonly QMP: {
    readonly version: VersionInfo;
    /** Open set: a newer server may offer what this library does not know. */
    readonly capabilities: readonly string[];
  };
}

/** When an event was raised, by the server's clock. */
export interface Timestamp {
  /** Seconds since the epoch, or -1 when the server could not tell. */
  readonly seconds: number;
  /** Microseconds within the second, or -1. */
  readonly microseconds: number;
}

/** An asynchronous event (QMP specification, section "Asynchronous events"). */
export interface EventMessage<Name extends string = string, Data = JsonObject | undefined> {
  readonly event: Name;
  readonly data: Data;
  readonly timestamp: Timestamp;
}

/** The classes of errors a QEMU server uses. All but the first are kept for compatibility. */
export const errorClasses = [
  'GenericError',
  'CommandNotFound',
  'DeviceNotActive',
  'DeviceNotFound',
  'KVMMissingCap',
] as const;

/** One of {@link errorClasses}. */
export type ErrorClass = (typeof errorClasses)[number];

/** The body of an error reply. */
export interface ErrorBody {
  readonly class: string;
  readonly desc: string;
}

/** A command as it goes over the wire. */
export interface CommandMessage {
  readonly execute?: string;
  readonly 'exec-oob'?: string;
  readonly arguments?: JsonObject;
  readonly id?: JsonValue;
}
