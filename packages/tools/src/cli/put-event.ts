import type { EventMessage } from 'qmp';
import type { JsonValue } from 'qmp/json';
import { themeFor } from '../output/theme.js';
import { eventText } from '../shell/message-text.js';
import type { Invocation } from './command-spec.js';
import { forProgram, putJson } from './put.js';

/** Prints an event: as on the wire for programs, with the time of day for people. */
export function putEvent(call: Invocation, event: EventMessage): void {
  if (forProgram(call)) putJson(call, eventMessage(event));
  else call.io.output.write(`${eventText(event, themeFor(call.io.output, call.io.env))}\n`);
}

/** The event as it is on the wire. */
export function eventMessage({ event, data, timestamp }: EventMessage): JsonValue {
  return { timestamp: { ...timestamp }, event, ...(data === undefined ? {} : { data }) };
}
