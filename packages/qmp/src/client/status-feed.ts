import { Queue } from './queue.js';
import type { Status } from './status.js';

const CAPACITY = 256;

/** Hands statuses to those who watch, and keeps them for the first one while nobody does. */
export class StatusFeed {
  readonly #watchers = new Set<Queue<Status>>();
  #early: Status[] = [];
  #ended = false;

  watch(): Queue<Status> {
    const queue: Queue<Status> = new Queue(CAPACITY, () => this.#watchers.delete(queue));
    for (const status of this.#early.splice(0)) queue.push(status);
    if (this.#ended) queue.finish();
    else this.#watchers.add(queue);
    return queue;
  }

  tell(status: Status): void {
    for (const watcher of this.#watchers) watcher.push(status);
    if (this.#watchers.size > 0) return;
    this.#early.push(status);
    if (this.#early.length > CAPACITY) this.#early = this.#early.slice(-CAPACITY / 2);
  }

  /** Tells the last status and ends all watchers. */
  end(status: Status): void {
    this.tell(status);
    this.#ended = true;
    for (const watcher of [...this.#watchers]) watcher.finish();
  }
}
