import { QmpError } from '../protocol/errors.js';
import { type Clock, Timer } from './clock.js';
import type { EventListener } from './events.js';
import { seconds } from './failures.js';

/**
 * Takes the next event; undefined when none came in time, and then the listener is closed.
 *
 * @param timeout in milliseconds, 0 without limit
 * @throws {QmpError} QMP_CLOSED when the client was closed, or why the session was lost
 */
export async function nextEvent<E>(
  listener: EventListener<E>,
  clock: Clock,
  timeout: number,
  what: string,
): Promise<E | undefined> {
  let late = false;
  const timer = new Timer(clock, () => {
    late = true;
    listener.close();
  });
  timer.set(timeout);
  try {
    const { done, value } = await listener.next();
    if (!done) return value;
    if (late) return undefined;
    throw new QmpError('QMP_CLOSED', `the session was closed while waiting for ${what}`);
  } finally {
    timer.clear();
  }
}

/** Takes the next event; one that does not come in time is a failure. */
export async function waitForEvent<E>(
  listener: EventListener<E>,
  { timeout = 0 }: { readonly timeout?: number },
  clock: Clock,
  what: string,
): Promise<E> {
  const event = await nextEvent(listener, clock, timeout, what);
  if (event === undefined) throw tooLate(what, timeout);
  return event;
}

function tooLate(what: string, timeout: number): QmpError {
  return new QmpError('QMP_COMMAND_TIMEOUT', `${what} did not come within ${seconds(timeout)}`);
}
