import type { JsonObject, JsonValue } from '../json/index.js';
import { hashOrder, JsonDouble } from '../json/index.js';
import { memberNames } from '../json/member-order.js';

/** A message that has the shape of a command. */
export interface Request {
  readonly name: string;
  /** Sent as `exec-oob`. */
  readonly oob: boolean;
  readonly args: JsonObject;
}

/** Tells an object from everything else JSON has. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JsonDouble.is(value);
}

const noArguments: JsonObject = Object.freeze({});

/**
 * Reads a message as a command.
 *
 * @param oob whether the session enabled out-of-band; without it `exec-oob` is a member like any unknown one.
 * @returns the command, or the text of the first fault in QEMU's order of looking.
 */
export function readRequest(message: JsonObject, oob: boolean): Request | string {
  let name: JsonValue | undefined;
  let isOob = false;
  let args = noArguments;
  for (const member in message) {
    const value = message[member];
    if (member === 'execute') {
      if (typeof value !== 'string' || isOob) return firstFault(message, oob);
      name = value;
    } else if (member === 'arguments') {
      if (!isObject(value)) return firstFault(message, oob);
      args = value;
    } else if (member !== 'id') {
      if (member !== 'exec-oob' || !oob || typeof value !== 'string' || name !== undefined) {
        return firstFault(message, oob);
      }
      name = value;
      isOob = true;
    }
  }
  return name === undefined ? "QMP input lacks member 'execute'" : { name: name as string, oob: isOob, args };
}

/** QEMU walks the members in the order of its hash table, so that order decides which fault is told. */
function firstFault(message: JsonObject, oob: boolean): string {
  let command: string | undefined;
  for (const member of hashOrder(memberNames(message))) {
    const value = message[member];
    if (member === 'execute' || (member === 'exec-oob' && oob)) {
      if (typeof value !== 'string') return `QMP input member '${member}' must be a string`;
      if (command !== undefined) return `QMP input member '${member}' clashes with '${command}'`;
      command = member;
    } else if (member === 'arguments') {
      if (!isObject(value)) return "QMP input member 'arguments' must be an object";
    } else if (member !== 'id') {
      return `QMP input member '${member}' is unexpected`;
    }
  }
  return "QMP input lacks member 'execute'";
}
