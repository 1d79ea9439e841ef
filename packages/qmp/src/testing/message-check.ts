import type { JsonObject, JsonValue } from '../json/value.js';

/**
 * What is wrong with the shape of a client's message, in QEMU's words, or undefined.
 *
 * @param oob whether out-of-band execution was enabled
 */
export function shapeProblem(message: JsonValue, oob: boolean): string | undefined {
  if (!isObject(message)) return 'QMP input must be a JSON object';
  for (const [name, value] of Object.entries(message)) {
    if (name === 'execute' || (name === 'exec-oob' && oob)) {
      if (typeof value !== 'string') return `QMP input member '${name}' must be a string`;
    } else if (name === 'arguments') {
      if (!isObject(value)) return "QMP input member 'arguments' must be an object";
    } else if (name !== 'id') return `QMP input member '${name}' is unexpected`;
  }
  if (message.execute !== undefined && message['exec-oob'] !== undefined) {
    return "QMP input member 'execute' clashes with 'exec-oob'";
  }
  return message.execute === undefined && message['exec-oob'] === undefined
    ? "QMP input lacks member 'execute'"
    : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
