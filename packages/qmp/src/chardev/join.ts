import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';

/**
 * Joins two chardevs that were not started: what arrives at one is written to the other, at the pace of the slower one,
 * and the end of a direction is passed on. Resolves when both are closed; the loss of one closes the other.
 *
 * @example
 * const listener = await listenChardev('websocket:127.0.0.1:4445,server=on,origin=http://localhost:8000');
 * for (let page = await listener.next(); page !== undefined; page = await listener.next())
 *   await joinChardevs(page, await openChardev('unix:/run/vm.sock'));
 */
export async function joinChardevs(a: Chardev, b: Chardev): Promise<void> {
  await Promise.all([pass(a, b), pass(b, a)]);
}

/** Passes one direction on. */
function pass(from: Chardev, to: Chardev): Promise<void> {
  return new Promise((resolve) => {
    const handlers: ChardevHandlers = {
      data: (chunk) => {
        if (!to.write(new Uint8Array(chunk))) from.pause();
      },
      end: () => to.end(),
      drain: () => to.resume(),
      close: () => void to.close().then(resolve),
    };
    from.start(handlers);
  });
}
