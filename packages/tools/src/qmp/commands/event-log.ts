import { readFileSync } from 'node:fs';
import type { EventMessage } from 'qmp';
import { JsonReader, type JsonValue } from 'qmp/json';
import { UsageError } from '../../cli/failure.js';
import { asCount, asObject, asText, member } from '../../vm-info/read-json.js';

/**
 * Reads the events out of a file: a wire log, as `qmp record` and `qmp-shell -l` write it, or what `qmp events --json`
 * printed. Everything else in it is passed over, and so is a last line that is still being written.
 *
 * @param since milliseconds since 1970, by the clock of the machine's host: events from then on.
 * @throws {UsageError} when the file cannot be read, or is neither.
 */
export function readEventLog(path: string, since: number): EventMessage[] {
  const events: EventMessage[] = [];
  let objects = 0;
  const reader = new JsonReader({
    message: (value) => {
      objects++;
      const event = eventOf(asObject(member(value, 'message')) ?? value);
      if (event !== undefined && millisecondsOf(event) >= since) events.push(event);
    },
    error: (error) => {
      throw new UsageError(`the log '${path}' cannot be read after object ${objects}: ${error.message}`);
    },
  });
  reader.push(readFile(path));
  return events;
}

/** When an event was raised, in milliseconds since 1970. */
export function millisecondsOf({ timestamp }: EventMessage): number {
  return Number(timestamp.seconds) * 1000 + Number(timestamp.microseconds) / 1000;
}

/**
 * Reads a point in time: `2026-11-28T10:00`, `10:00` today, or so long ago: `30s`, `10m`, `2h`, `1d`.
 *
 * @throws {UsageError} when it is none.
 */
export function readTime(text: string, now: number): number {
  const ago = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  if (ago !== null) return now - Number(ago[1]) * (unitMilliseconds[ago[2] ?? ''] ?? 0);
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (clock !== null) return new Date(now).setHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), 0);
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new UsageError(`--since wants a time, not '${text}'`, 'write 10m (ago), 14:30 or 2026-11-28T14:30');
  }
  return time;
}

const unitMilliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function eventOf(message: JsonValue): EventMessage | undefined {
  const event = asText(member(message, 'event'));
  const seconds = asCount(member(message, 'timestamp', 'seconds'));
  const microseconds = asCount(member(message, 'timestamp', 'microseconds'));
  if (event === undefined || seconds === undefined || microseconds === undefined) return undefined;
  return {
    event,
    data: asObject(member(message, 'data')),
    timestamp: { seconds: Number(seconds), microseconds: Number(microseconds) },
  };
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`the log cannot be read: ${(error as Error).message}`);
  }
}
