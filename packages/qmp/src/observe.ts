import { channel } from 'node:diagnostics_channel';
import { debuglog } from 'node:util';
import type { ConnectOptions, TraceEvent, Tracer } from './client/index.js';
import { encodeCompact } from './json/index.js';

const channels = {
  state: channel('qmp:state'),
  command: channel('qmp:command'),
  reply: channel('qmp:reply'),
  event: channel('qmp:event'),
  unexpected: channel('qmp:unexpected'),
} as const;

const log = debuglog('qmp');

/** Longest text of one value in the log, in characters. */
const SHOWN = 400;

/**
 * Adds what Node offers to the caller's own tracer: the diagnostics channels `qmp:state`, `qmp:command`, `qmp:reply`,
 * `qmp:event` and `qmp:unexpected`, and lines on standard error with NODE_DEBUG=qmp. Looked at when connecting, so that
 * a session that nobody observes pays nothing.
 */
export function observed(options: ConnectOptions): ConnectOptions {
  const tracers: Tracer[] = [];
  if (options.tracer !== undefined) tracers.push(options.tracer);
  if (Object.values(channels).some(({ hasSubscribers }) => hasSubscribers)) {
    tracers.push((event) => channels[event.type].publish(event));
  }
  if (log.enabled) tracers.push((event) => log('%s', describe(event)));
  if (tracers.length === 0) return options;
  return {
    ...options,
    tracer: (event) => {
      for (const tracer of tracers) tracer(event);
    },
  };
}

function describe(event: TraceEvent): string {
  const { label } = event;
  switch (event.type) {
    case 'state':
      return `${label} is ${event.state}${event.error === undefined ? '' : `: ${String(event.error)}`}`;
    case 'command':
      return `${label} > ${event.command}${numbered(event.id)}${event.oob ? ' oob' : ''} ${shown(event.arguments ?? {})}`;
    case 'reply': {
      const how = `${event.failed ? ' failed' : ''}${event.late ? ' late' : ''}`;
      return `${label} < ${event.command}${numbered(event.id)}${how} ${event.milliseconds.toFixed(1)} ms ${shown(event.value)}`;
    }
    case 'event':
      return `${label} * ${event.event.event} ${shown(event.event.data ?? {})}`;
    case 'unexpected':
      return `${label} ? ${event.why}: ${shown(event.message)}`;
    default:
      return event satisfies never;
  }
}

function numbered(id: number | undefined): string {
  return id === undefined ? '' : `#${id}`;
}

function shown(value: Parameters<typeof encodeCompact>[0]): string {
  const text = encodeCompact(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}
