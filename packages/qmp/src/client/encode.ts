import { encodeCompact } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import { ANONYMOUS } from './pending.js';

/** A command in its shortest form on the wire, up to where its id goes. */
export function encodeCommand(command: string, args: JsonObject | undefined, oob: boolean): string {
  const text = (oob ? '{"exec-oob":' : '{"execute":') + encodeCompact(command);
  return args === undefined ? text : `${text},"arguments":${encodeCompact(args)}`;
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
