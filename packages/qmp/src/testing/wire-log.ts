import { encodeCompact, JsonReader } from '../json/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import { QmpError } from '../protocol/errors.js';

/** Who sent something. */
export type WireSide = 'client' | 'server';

/**
 * One line of a wire log: a message, something that was no message, or the end of one direction. Secrets are not in it:
 * they were replaced when it was recorded.
 */
export type WireEntry = {
  /** Milliseconds since the recording began. */
  readonly at: number;
  readonly from: WireSide;
} & ({ readonly message: JsonValue } | { readonly garbage: string } | { readonly end: true });

/** Writes a wire log as text: one JSON object a line. A message that JSON cannot hold, as with `1e400`, becomes garbage. */
export function formatWireLog(entries: readonly WireEntry[]): string {
  return entries.map((entry) => `${formatEntry(entry)}\n`).join('');
}

function formatEntry(entry: WireEntry): string {
  try {
    return encodeCompact(entry);
  } catch {
    return encodeCompact({ at: entry.at, from: entry.from, garbage: 'unprintable' });
  }
}

/**
 * Reads what {@link formatWireLog} wrote.
 *
 * @throws {QmpError} QMP_OPTION_INVALID with the number of the first line that is not an entry.
 */
export function parseWireLog(text: string): WireEntry[] {
  const entries: WireEntry[] = [];
  const refuse = (why: string): never => {
    throw new QmpError('QMP_OPTION_INVALID', `Line ${entries.length + 1} of the wire log ${why}`, {
      hint: 'A wire log has one object a line: {"at": 0, "from": "client", "message": {…}}.',
    });
  };
  const reader = new JsonReader(
    {
      message: (value) => entries.push(isEntry(value) ? value : refuse('is not an entry')),
      error: (error) => refuse(`cannot be read: ${error.message}`),
    },
    { strict: false, doubles: 'keep' },
  );
  reader.push(new TextEncoder().encode(text));
  if (reader.end()) refuse('is cut off');
  return entries;
}

function isEntry(value: JsonValue): value is JsonObject & WireEntry {
  if (typeof value !== 'object' || value === null || !('from' in value) || !('at' in value)) return false;
  const isSide = value.from === 'client' || value.from === 'server';
  const at = value.at as JsonValue;
  return isSide && typeof at === 'number' && ('message' in value || 'garbage' in value || 'end' in value);
}
