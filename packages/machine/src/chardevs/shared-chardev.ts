import { Mux, type MuxOptions } from 'qmp/chardev';
import type { Chardev, ChardevListener } from 'qmp/protocol';

/**
 * Shares each client of a chardev among several users, switched by Ctrl-A c; the first one has the terminal at the start.
 *
 * @param options `hangsUp`: a client that ends its direction is gone, as one of a socket is.
 * @returns a listener for each user, in the order of `labels`.
 */
export function shareChardev(
  clients: ChardevListener,
  labels: readonly string[],
  options: MuxOptions & { readonly hangsUp: boolean },
): readonly ChardevListener[] {
  const { hangsUp } = options;
  const users = labels.map(() => new SharedListener(clients));
  const serve = async () => {
    for (;;) {
      const client = await clients.next();
      if (client === undefined) break;
      const mux = new Mux(client, { ...options, end: () => void (hangsUp && client.close()) });
      for (const [index, label] of labels.entries()) users[index]?.hand(mux.attach(label));
      await mux.closed;
    }
    for (const user of users) user.hand(undefined);
  };
  serve().catch(() => {
    for (const user of users) user.hand(undefined);
  });
  return users;
}

/** What one user sees of a shared chardev: its end of each client's terminal. */
class SharedListener implements ChardevListener {
  readonly #clients: ChardevListener;
  readonly #handed: (Chardev | undefined)[] = [];
  #take: ((chardev: Chardev | undefined) => void) | undefined;

  constructor(clients: ChardevListener) {
    this.#clients = clients;
  }

  get label(): string {
    return this.#clients.label;
  }

  /** Gives the user its end; undefined when there are no more. */
  hand(chardev: Chardev | undefined): void {
    const take = this.#take;
    this.#take = undefined;
    if (take === undefined) this.#handed.push(chardev);
    else take(chardev);
  }

  async next(signal?: AbortSignal): Promise<Chardev | undefined> {
    if (this.#handed.length > 0) return this.#handed.shift();
    return new Promise((resolve) => {
      this.#take = resolve;
      signal?.addEventListener('abort', () => this.hand(undefined), { once: true });
    });
  }

  close(): Promise<void> {
    this.hand(undefined);
    return this.#clients.close();
  }
}
