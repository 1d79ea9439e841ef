import type { QmpClient, ReceivedEvent } from 'qmp';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError, WaitTimeout } from '../../cli/failure.js';
import { withClient } from '../../cli/open-client.js';
import { secondsOption, textOption } from '../../cli/options.js';
import { putEvent } from '../../cli/put-event.js';
import { targetOf } from '../../cli/target.js';
import { EventFilter } from '../../shell/event-filter.js';

/** `qmp events`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = targetOf(call, 0, '');
  const filter = new EventFilter();
  filter.set(rest);
  const limit = countOption(call);
  const until = textOption(call, 'until');
  const timeout = secondsOption(call, 'timeout');
  // The timeout is for the events; connecting has its own.
  const connecting = { ...call, options: { ...call.options, timeout: undefined } };
  return withClient(connecting, address, (client) => follow(call, client, { filter, limit, until, timeout }));
}

interface Wanted {
  readonly filter: EventFilter;
  readonly limit: number;
  readonly until: string | undefined;
  readonly timeout: number | undefined;
}

async function follow(call: Invocation, client: QmpClient, wanted: Wanted): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(exitCode.done);
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const timer = wanted.timeout === undefined ? undefined : setTimeout(onTimeout, wanted.timeout);
  function onTimeout(): void {
    stop.abort(
      wanted.until === undefined && wanted.limit === Number.POSITIVE_INFINITY ? exitCode.done : exitCode.timeout,
    );
  }
  const listener = client.listen('*');
  stop.signal.addEventListener('abort', () => listener.close());
  try {
    let count = 0;
    for await (const event of listener) {
      if (wanted.filter.shows(event.event) || event.event === wanted.until) count += show(call, event);
      if (event.event === wanted.until || count >= wanted.limit) return exitCode.done;
    }
    if (stop.signal.reason !== exitCode.timeout) return exitCode.done;
    throw new WaitTimeout(`${wanted.until ?? `event number ${wanted.limit}`} did not come in time`);
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function show(call: Invocation, event: ReceivedEvent): number {
  putEvent(call, event);
  return 1;
}

function countOption(call: Invocation): number {
  const text = textOption(call, 'count');
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new UsageError(`--count wants a number from 1 up, not '${text}'`);
  return count;
}
