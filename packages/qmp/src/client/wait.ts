import { QmpError } from '../protocol/errors.js';
import type { Clock } from './clock.js';
import { abortedError, seconds } from './failures.js';
import type { Queue } from './queue.js';

/** Takes the next item of a queue, within a time and under a signal. */
export async function waitForEvent<T>(
  queue: Queue<T>,
  options: { readonly signal?: AbortSignal; readonly timeout?: number },
  clock: Clock,
  what: string,
): Promise<T> {
  const { signal, timeout = 0 } = options;
  const onAbort = (): void => queue.finish(abortedError(signal, `waiting for ${what}`));
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  const timer = timeout > 0 ? clock.setTimeout(() => queue.finish(tooLate(what, timeout)), timeout) : undefined;
  try {
    const { done, value } = await queue.next();
    if (done) throw new QmpError('QMP_CLOSED', `the session was closed while waiting for ${what}`);
    return value;
  } finally {
    clock.clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function tooLate(what: string, timeout: number): QmpError {
  return new QmpError('QMP_COMMAND_TIMEOUT', `${what} did not come within ${seconds(timeout)}`);
}
