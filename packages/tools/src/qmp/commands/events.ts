import type { EventMessage, QmpClient } from 'qmp';
import { stringify } from 'qmp/json';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError, WaitTimeout } from '../../cli/failure.js';
import { withClient } from '../../cli/open-client.js';
import { secondsOption, textOption } from '../../cli/options.js';
import { eventMessage, putEvent } from '../../cli/put-event.js';
import { targetOf } from '../../cli/target.js';
import { EventFilter } from '../../shell/event-filter.js';
import { readEventLog, readTime } from './event-log.js';

/** `qmp events`. */
export async function run(call: Invocation): Promise<number> {
  const log = textOption(call, 'log');
  // With a log the address is optional, so that only an option can give it.
  const { address, rest } =
    log === undefined ? targetOf(call, 0, '') : { address: textOption(call, 'socket'), rest: call.args };
  const wanted = new Wanted(call, rest);
  const since = sinceOption(call, log);
  const past = (): readonly EventMessage[] => (log === undefined ? [] : readEventLog(log, since));
  if (address === undefined) {
    past().some((event) => wanted.take(event));
    return wanted.isDone || !wanted.hasEnd ? exitCode.done : wanted.missing(`is not in '${log}'`);
  }
  const timeout = secondsOption(call, 'timeout');
  // The timeout is for the events; connecting has its own.
  const connecting = { ...call, options: { ...call.options, timeout: undefined } };
  return withClient(connecting, address, (client) => follow(client, wanted, past, timeout));
}

/** Which events are shown, and which ends the command. */
class Wanted {
  readonly #call: Invocation;
  readonly #filter = new EventFilter();
  readonly #until: string | undefined;
  readonly #limit: number;
  #count = 0;
  isDone = false;

  constructor(call: Invocation, patterns: readonly string[]) {
    this.#call = call;
    this.#filter.set(patterns);
    this.#until = textOption(call, 'until');
    this.#limit = countOption(call);
  }

  /** There is an event to wait for. */
  get hasEnd(): boolean {
    return this.#until !== undefined || this.#limit !== Number.POSITIVE_INFINITY;
  }

  /** Shows an event if it is wanted. @returns true when it was the last. */
  take(event: EventMessage): boolean {
    const isLast = event.event === this.#until;
    if (isLast || this.#filter.shows(event.event)) {
      putEvent(this.#call, event);
      this.#count++;
    }
    this.isDone = isLast || this.#count >= this.#limit;
    return this.isDone;
  }

  /** @throws {WaitTimeout} always: what was waited for, and what became of it. */
  missing(fate: string): never {
    throw new WaitTimeout(`${this.#until ?? `event number ${this.#limit}`} ${fate}`);
  }
}

async function follow(
  client: QmpClient,
  wanted: Wanted,
  past: () => readonly EventMessage[],
  timeout: number | undefined,
): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(exitCode.done);
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const onTimeout = (): void => stop.abort(wanted.hasEnd ? exitCode.timeout : exitCode.done);
  const timer = timeout === undefined ? undefined : setTimeout(onTimeout, timeout);
  // From the first event of the connection on.
  const listener = client.listen('*', { since: 0 });
  stop.signal.addEventListener('abort', () => listener.close());
  try {
    // Read while the listener hears already: nothing falls between, and what comes twice is shown once.
    const recorded = past();
    if (recorded.some((event) => wanted.take(event))) return exitCode.done;
    const known = new Set(recorded.slice(-overlap).map((event) => stringify(eventMessage(event))));
    for await (const event of listener) {
      if (!known.delete(stringify(eventMessage(event))) && wanted.take(event)) return exitCode.done;
    }
    return stop.signal.reason === exitCode.timeout ? wanted.missing('did not come in time') : exitCode.done;
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** How many of the last events in a log may come again from the server. */
const overlap = 1000;

/** @throws {UsageError} for `--since` without a log, or with something that is no time. */
function sinceOption(call: Invocation, log: string | undefined): number {
  const text = textOption(call, 'since');
  if (text === undefined) return Number.NEGATIVE_INFINITY;
  if (log !== undefined) return readTime(text, Date.now());
  throw new UsageError(
    '--since needs --log: a server keeps no events',
    'give a file that qmp record, qmp-shell -l or qmp events --json wrote',
  );
}

function countOption(call: Invocation): number {
  const text = textOption(call, 'count');
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new UsageError(`--count wants a number from 1 up, not '${text}'`);
  return count;
}
