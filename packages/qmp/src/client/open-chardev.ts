import type { Chardev, ChardevFactory } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';
import { type Clock, Timer } from './clock.js';
import { abortedError, seconds } from './failures.js';

/**
 * Opens a chardev within a time. A factory that does not heed its signal is not waited for: what it opens late is
 * closed at once.
 */
export async function openWithin(
  factory: ChardevFactory,
  limit: number,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<Chardev> {
  const controller = new AbortController();
  const timer = new Timer(clock, () => controller.abort(tooSlow(limit)));
  const onAbort = (): void => controller.abort(abortedError(signal, 'connect()'));
  signal?.addEventListener('abort', onAbort);
  try {
    if (signal?.aborted) onAbort();
    timer.set(limit);
    return await settledBy(controller.signal, factory);
  } finally {
    timer.clear();
    signal?.removeEventListener('abort', onAbort);
  }
}

function settledBy(signal: AbortSignal, factory: ChardevFactory): Promise<Chardev> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    factory(signal).then(
      (chardev) => {
        signal.removeEventListener('abort', onAbort);
        if (signal.aborted) void chardev.close(signal.reason as Error).catch(() => undefined);
        else resolve(chardev);
      },
      (error) => reject(signal.aborted ? signal.reason : error),
    );
  });
}

function tooSlow(limit: number): QmpError {
  return new QmpError('QMP_CONNECT_TIMEOUT', `the chardev did not open within ${seconds(limit)}`, {
    hint: 'Nothing answered at this address: is the host up, and does a firewall drop the packets?',
  });
}
