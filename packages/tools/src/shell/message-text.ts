import type { EventMessage } from 'qmp';
import type { QmpError } from 'qmp/protocol';
import { jsonText } from '../output/json-text.js';
import type { Theme } from '../output/theme.js';

/** One line for an event: when, what, and its data. */
export function eventText(event: EventMessage, theme: Theme): string {
  const { seconds, microseconds } = event.timestamp;
  const when = new Date(Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000));
  const time = Number.isFinite(when.getTime()) && Number(seconds) >= 0 ? clock(when) : '--:--:--.---';
  const data = event.data === undefined ? '' : ` ${jsonText(event.data, theme)}`;
  return `${theme.faint(time)} ${theme.event(event.event)}${data}`;
}

/** The server's error as it is on the wire, for scripts and verbose people. */
export function errorReply(error: QmpError): { error: { class: string; desc: string } } {
  return { error: { class: error.errorClass ?? 'GenericError', desc: serverText(error) } };
}

/** What the server itself said. */
export function serverText(error: QmpError): string {
  const received = error.received;
  if (typeof received === 'object' && received !== null && !Array.isArray(received)) {
    const inner = 'error' in received ? received.error : received;
    if (typeof inner === 'object' && inner !== null && 'desc' in inner && typeof inner.desc === 'string')
      return inner.desc;
  }
  return error.message;
}

function clock(when: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const milliseconds = String(when.getMilliseconds()).padStart(3, '0');
  return `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}.${milliseconds}`;
}
