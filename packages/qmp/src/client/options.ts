import type { JsonReaderOptions } from '../json/index.js';
import { QmpError } from '../protocol/errors.js';
import { type Clock, systemClock } from './clock.js';
import { defaultTimeouts, type Timeouts } from './deadlines.js';
import type { LiveSchema } from './live-schema.js';
import type { Tracer } from './trace.js';
import type { UsageOptions } from './usage.js';

/** How to connect again after the session was lost. */
export interface ReconnectOptions {
  /** Milliseconds before the first attempt. @default 100 */
  readonly delay?: number;
  /** The longest pause; each one doubles. @default 10000 */
  readonly maxDelay?: number;
  /** The part of each pause that is left to chance, 0 to 1. @default 0.5 */
  readonly jitter?: number;
  /** Attempts until the client gives up; 0 for no limit. @default 0 */
  readonly attempts?: number;
  /** Whether to try again after QEMU announced its end by a SHUTDOWN event. @default false */
  readonly afterShutdown?: boolean;
}

export interface ConnectOptions {
  /** Gives up connecting; afterwards it has no effect. */
  readonly signal?: AbortSignal;
  readonly timeouts?: Timeouts;
  /** Enables out-of-band execution when the server offers it. @default true */
  readonly oob?: boolean;
  /**
   * The most in-band commands that are on their way at once where out-of-band is enabled; more wait here, in order.
   * QEMU stops reading while eight commands wait in its queue, and then it does not see an out-of-band command either:
   * with seven, one always gets through. More go out only while a server answers faster than any QEMU does, fewer where
   * one command after the other is as fast: it then needs no id, which QEMU would have to read. Without out-of-band
   * there is no limit.
   * @default 7
   */
  readonly inFlight?: number;
  /** Connects again when the session is lost. @default false */
  readonly reconnect?: boolean | ReconnectOptions;
  /** Events kept for late listeners (`since`). @default 256 */
  readonly history?: number;
  /** Told everything that happens, with secrets redacted. */
  readonly tracer?: Tracer;
  readonly limits?: {
    /** Most characters that may wait for a server that reads slowly. @default 67108864 */
    readonly outbox?: number;
    /** Limits of one received message; QEMU's own by default. */
    readonly message?: NonNullable<JsonReaderOptions['limits']>;
  };
  /** What to do when a command uses something deprecated or unstable. */
  readonly usage?: UsageOptions;
  /** Schemas by version, to share between clients of the same binary. @default one for each client */
  readonly schemas?: Map<string, LiveSchema>;
  readonly clock?: Clock;
}

/** {@link ConnectOptions} with defaults filled in. */
export interface Settings {
  readonly timeouts: Timeouts;
  readonly oob: boolean;
  readonly inFlight: number;
  readonly reconnect: Required<ReconnectOptions> | undefined;
  readonly history: number;
  readonly tracer: Tracer | undefined;
  readonly outboxLimit: number;
  readonly reader: JsonReaderOptions;
  readonly usage: UsageOptions;
  readonly schemas: Map<string, LiveSchema>;
  readonly clock: Clock;
}

const known = {
  options: [
    'signal',
    'timeouts',
    'oob',
    'inFlight',
    'reconnect',
    'history',
    'tracer',
    'limits',
    'usage',
    'schemas',
    'clock',
  ],
  timeouts: ['open', 'greeting', 'negotiation', 'command', 'commands', 'idle', 'warnAt'],
  reconnect: ['delay', 'maxDelay', 'jitter', 'attempts', 'afterShutdown'],
  limits: ['outbox', 'message'],
  usage: ['deprecated', 'unstable'],
} as const;

/** Checks the options and fills in what is missing. */
export function normalise(options: ConnectOptions): Settings {
  checkNames('connect()', options, known.options);
  checkNames('timeouts', options.timeouts, known.timeouts);
  checkNames('limits', options.limits, known.limits);
  checkNames('usage', options.usage, known.usage);
  for (const [name, value] of Object.entries(options.timeouts ?? {})) {
    if (name !== 'commands') checkNumber(`timeouts.${name}`, value);
  }
  for (const [command, value] of Object.entries(options.timeouts?.commands ?? {})) {
    checkNumber(`timeouts.commands.${command}`, value);
  }
  checkNumber('history', options.history ?? 0);
  const message = options.limits?.message;
  return {
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    oob: options.oob ?? true,
    inFlight: checkInFlight(options.inFlight ?? 7),
    reconnect: normaliseReconnect(options.reconnect ?? false),
    history: options.history ?? 256,
    tracer: options.tracer === undefined ? undefined : guarded(options.tracer),
    outboxLimit: options.limits?.outbox ?? 64 * 1024 * 1024,
    reader: { strict: false, ...(message === undefined ? {} : { limits: message }) },
    usage: options.usage ?? {},
    schemas: options.schemas ?? new Map(),
    clock: options.clock ?? systemClock,
  };
}

function normaliseReconnect(reconnect: boolean | ReconnectOptions): Required<ReconnectOptions> | undefined {
  if (reconnect === false) return undefined;
  const given = reconnect === true ? {} : reconnect;
  checkNames('reconnect', given, known.reconnect);
  for (const name of ['delay', 'maxDelay', 'attempts'] as const) checkNumber(`reconnect.${name}`, given[name] ?? 0);
  const { jitter = 0 } = given;
  if (!(jitter >= 0 && jitter <= 1)) {
    throw new QmpError('QMP_OPTION_INVALID', `the option "reconnect.jitter" has to be from 0 to 1, not ${jitter}`);
  }
  return { delay: 100, maxDelay: 10_000, jitter: 0.5, attempts: 0, afterShutdown: false, ...given };
}

function checkNames(where: string, given: object | undefined, names: readonly string[]): void {
  for (const name of Object.keys(given ?? {})) {
    if (names.includes(name)) continue;
    throw new QmpError('QMP_OPTION_INVALID', `${where}: unknown option "${name}"`, {
      hint: `Known are: ${names.join(', ')}.`,
    });
  }
}

function checkNumber(name: string, value: unknown): void {
  if (typeof value === 'number' && value >= 0) return;
  throw new QmpError('QMP_OPTION_INVALID', `the option "${name}" has to be a number from 0 up, not ${String(value)}`);
}

function checkInFlight(value: unknown): number {
  if (typeof value === 'number' && (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value > 0))) {
    return value;
  }
  throw new QmpError(
    'QMP_OPTION_INVALID',
    `the option "inFlight" has to be a whole number from 1 up or Infinity, not ${String(value)}`,
  );
}

/** A tracer must not be able to break the session. */
function guarded(tracer: Tracer): Tracer {
  return (event) => {
    try {
      tracer(event);
    } catch {
      // Documented: what a tracer throws is ignored.
    }
  };
}
