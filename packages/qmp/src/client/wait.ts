import { QmpError } from '../protocol/errors.js';
import { type Clock, Timer } from './clock.js';
import { seconds } from './failures.js';
import type { Queue } from './queue.js';

/** Takes the next item of a queue, within a time. */
export async function waitForEvent<T>(
  queue: Queue<T>,
  options: { readonly timeout?: number },
  clock: Clock,
  what: string,
): Promise<T> {
  const { timeout = 0 } = options;
  const timer = new Timer(clock, () => queue.finish(tooLate(what, timeout)));
  try {
    timer.set(timeout);
    const { done, value } = await queue.next();
    if (done) throw new QmpError('QMP_CLOSED', `the session was closed while waiting for ${what}`);
    return value;
  } finally {
    timer.clear();
  }
}

function tooLate(what: string, timeout: number): QmpError {
  return new QmpError('QMP_COMMAND_TIMEOUT', `${what} did not come within ${seconds(timeout)}`);
}
