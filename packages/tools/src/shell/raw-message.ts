import type { JsonObject, JsonValue } from 'qmp/json';
import { InputError } from '../language/input-error.js';
import type { Members } from '../language/literal.js';
import { untypedMembers } from '../language/untyped.js';
import { asObject, asText } from '../vm-info/read-json.js';

/** A command on its way to the server. */
export interface Request {
  readonly name: string;
  readonly args: JsonObject;
  readonly oob: boolean;
  /** The id typed in a raw message: shown in its reply. */
  readonly id?: JsonValue;
}

/**
 * Reads a message typed as JSON: `{"execute": "stop"}`.
 *
 * @throws {InputError} when it is no command.
 */
export function readRaw(message: Members): Request {
  const { execute, 'exec-oob': oob, arguments: args, id, ...others } = untypedMembers(message.members);
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new InputError(`a message has no member '${other}'`, message, 'known: execute, exec-oob, arguments, id');
  }
  const name = asText(execute) ?? asText(oob);
  if (name === undefined || (execute !== undefined && oob !== undefined)) {
    throw new InputError('a message has one of execute and exec-oob, a command name', message);
  }
  const argumentObject = args === undefined ? {} : asObject(args);
  if (argumentObject === undefined) throw new InputError("'arguments' has to be an object", message);
  return { name, args: argumentObject, oob: oob !== undefined, ...(id === undefined ? {} : { id }) };
}
