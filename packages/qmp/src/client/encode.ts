import { encodeCompact } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import { QmpError } from '../protocol/errors.js';
import { ANONYMOUS } from './pending.js';

/**
 * A command in its shortest form on the wire, up to where its id goes.
 *
 * @throws {QmpError} QMP_OPTION_INVALID for arguments that JSON, or QEMU, has no form for.
 */
export function encodeCommand(command: string, args: JsonObject | undefined, oob: boolean): string {
  const text = oob ? `{"exec-oob":${encodeCompact(command)}` : (inBand.get(command) ?? encodeInBand(command));
  return args === undefined ? text : `${text},"arguments":${encodeArguments(command, args)}`;
}

/** How in-band commands begin: a program has few, and sends each often. */
const inBand = new Map<string, string>();
const mostKept = 1000;

function encodeInBand(command: string): string {
  const text = `{"execute":${encodeCompact(command)}`;
  if (inBand.size < mostKept) inBand.set(command, text);
  return text;
}

function encodeArguments(command: string, args: JsonObject): string {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) {
    throw unsendable(command, new TypeError('they have to be an object, or undefined'));
  }
  try {
    return encodeCompact(args);
  } catch (cause) {
    throw unsendable(command, cause);
  }
}

function unsendable(command: string, cause: unknown): QmpError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new QmpError('QMP_OPTION_INVALID', `"${command}": its arguments cannot be sent: ${why}`, { command, cause });
}

/** Ends an encoded command; the newline is for peers that read line by line. */
export function withId(encoded: string, id: number): string {
  return id === ANONYMOUS ? `${encoded}}\n` : `${encoded},"id":${id}}\n`;
}

/** Errors of reading, which QEMU raises before it knows of an id: lexer, parser, limits, shape. */
export function isStreamError(error: JsonValue): boolean {
  const desc = (error as JsonObject | null)?.desc;
  if (typeof desc !== 'string') return false;
  return (
    desc.startsWith('JSON parse error') ||
    /^JSON .* limit exceeded$/.test(desc) ||
    desc === 'QMP input must be a JSON object'
  );
}
