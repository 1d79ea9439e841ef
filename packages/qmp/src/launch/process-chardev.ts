import { RelayChardev } from '../chardev/index.js';
import type { Chardev, ChardevHandlers } from '../protocol/chardev.js';
import { within } from './child.js';
import type { ExitError } from './exit.js';

/** How long to wait for the news of a process's end after its monitor went. */
const exitGrace = 2000;

/**
 * The monitor of a process that we started. When the peer ends it, `close` waits for the process's end too, so that
 * everything that was pending fails with the exit code and the last lines of standard error.
 */
export class ProcessChardev extends RelayChardev {
  readonly #exited: Promise<ExitError>;
  #ended = false;

  constructor(inner: Chardev, exited: Promise<ExitError>) {
    super(inner);
    this.#exited = exited;
  }

  override start(handlers: ChardevHandlers): void {
    this.inner.start({
      data: (chunk) => handlers.data(chunk),
      end: () => {
        this.#ended = true;
        handlers.end();
      },
      drain: () => handlers.drain(),
      close: (error) => void this.#closed(handlers, error),
    });
  }

  async #closed(handlers: ChardevHandlers, error: Error | undefined): Promise<void> {
    const lost = this.#ended || error !== undefined;
    if (lost && (await within(this.#exited, exitGrace))) handlers.close(await this.#exited);
    else handlers.close(error);
  }
}
