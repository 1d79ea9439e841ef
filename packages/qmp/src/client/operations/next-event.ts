import { QmpError } from '../../protocol/errors.js';
import { type Clock, Timer } from '../clock.js';
import type { EventListener } from '../events.js';

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
    throw new QmpError('QMP_CLOSED', `the client was closed while waiting for ${what}`);
  } finally {
    timer.clear();
  }
}
