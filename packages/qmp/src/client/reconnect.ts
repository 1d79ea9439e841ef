import type { JsonObject, JsonValue } from '../json/value.js';
import { type Clock, LONGEST_DELAY } from './clock.js';
import type { ReconnectOptions } from './options.js';
import type { RecoveredState } from './status.js';

/** The pause before an attempt in milliseconds: doubled each time, bounded, and partly left to chance. */
export function pauseBefore(attempt: number, options: Required<ReconnectOptions>, chance = Math.random()): number {
  const full = Math.min(options.maxDelay, options.delay * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (1 - options.jitter * chance));
}

/** Waits; a signal ends the wait early. */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = clock.setTimeout(done, Math.min(milliseconds, LONGEST_DELAY));
    signal?.addEventListener('abort', done);
    function done(): void {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** Reads again what may have changed while nobody was connected. */
export async function readState(execute: (command: string) => Promise<JsonValue>): Promise<RecoveredState> {
  const read = (command: string): Promise<JsonValue | undefined> => execute(command).catch(() => undefined);
  const [status, jobs, blockJobs, migration] = await Promise.all(
    ['query-status', 'query-jobs', 'query-block-jobs', 'query-migrate'].map(read),
  );
  return {
    status: status as JsonObject | undefined,
    jobs: jobs as JsonObject[] | undefined,
    blockJobs: blockJobs as JsonObject[] | undefined,
    migration: migration as JsonObject | undefined,
  };
}

/** Waits for a promise that never rejects, but not longer than a time and a signal allow. */
export async function settledOrAborted(
  promise: Promise<void>,
  clock: Clock,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<'settled' | 'aborted' | 'late'> {
  if (signal?.aborted) return 'aborted';
  const done = new AbortController();
  const settled = promise.then(() => 'settled' as const);
  const late = timeout > 0 ? [sleep(clock, timeout, done.signal).then(() => 'late' as const)] : [];
  const aborted = new Promise<'aborted'>((resolve) => {
    const onAbort = (): void => resolve('aborted');
    signal?.addEventListener('abort', onAbort);
    done.signal.addEventListener('abort', () => signal?.removeEventListener('abort', onAbort));
  });
  try {
    return await Promise.race([settled, aborted, ...late]);
  } finally {
    done.abort();
  }
}
