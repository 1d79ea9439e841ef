import type { Api as NewestApi } from '../api/index.js';
import type { AnyApi, Api, QmpClient } from '../client/index.js';
import { type Child, within } from './child.js';
import type { ExitStatus } from './exit.js';
import type { ShutdownOptions } from './options.js';

/** What ended a machine: the first step that worked. */
export type EndedBy = 'itself' | 'powerdown' | 'quit' | 'SIGTERM' | 'SIGKILL';

/** How a machine ended. */
export interface ShutdownResult extends ExitStatus {
  readonly by: EndedBy;
}

/** How long a monitor may take to say whether the guest runs. */
const statusTimeout = 2000;

/** A QEMU that {@link launch} started. */
export class LaunchedVm<A extends Api = NewestApi> implements AsyncDisposable {
  readonly client: QmpClient<A>;
  readonly #child: Child;
  readonly #shutdown: ShutdownOptions;
  #exit: ExitStatus | undefined;
  #ending: Promise<ShutdownResult> | undefined;

  /** For `launch()`. */
  constructor(client: QmpClient<A>, child: Child, shutdown: ShutdownOptions) {
    this.client = client;
    this.#child = child;
    this.#shutdown = shutdown;
    void child.exited.then((exit) => {
      this.#exit = exit;
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The end of what QEMU wrote to standard error so far. */
  get stderr(): string {
    return this.#child.stderr;
  }

  /** Resolves when the process is gone; never rejects. */
  get exited(): Promise<ExitStatus> {
    return this.#child.exited;
  }

  /**
   * Ends the machine step by step: the guest's power button, `quit`, SIGTERM, SIGKILL, each with a deadline. Resolves
   * when the process is gone, and says which step ended it. A second call waits for the first.
   */
  shutdown(options: ShutdownOptions = {}): Promise<ShutdownResult> {
    this.#ending ??= this.#end({ ...this.#shutdown, ...options });
    return this.#ending;
  }

  /** Ends the process at once, without a word to the guest. */
  async kill(): Promise<ExitStatus> {
    this.#child.signal('SIGKILL');
    const exit = await this.#child.exited;
    await this.#closeClient();
    return exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #end(options: ShutdownOptions): Promise<ShutdownResult> {
    const { powerdown = 10_000, quit = 5000, terminate = 5000 } = options;
    const by = await this.#endBy(powerdown, quit, terminate);
    const exit = await this.#child.exited;
    await this.#closeClient();
    return { ...exit, by };
  }

  async #endBy(powerdown: number, quit: number, terminate: number): Promise<EndedBy> {
    if (this.#exit !== undefined) return 'itself';
    if (powerdown > 0 && (await this.#guestRuns()) && (await this.#powerDown(powerdown))) return 'powerdown';
    if (quit > 0 && this.client.state === 'running') {
      void this.#tell('quit', quit);
      if (await within(this.exited, quit)) return 'quit';
    }
    if (terminate > 0) {
      this.#child.signal('SIGTERM');
      if (await within(this.exited, terminate)) return 'SIGTERM';
    }
    this.#child.signal('SIGKILL');
    return 'SIGKILL';
  }

  /** Presses the power button. A machine that stays although the guest shut down (`-no-shutdown`) is left to `quit`. */
  async #powerDown(timeout: number): Promise<boolean> {
    let stayed = (): void => {};
    const off = new Promise<void>((resolve) => {
      stayed = resolve;
    });
    const stop = this.client.as<AnyApi>().on('SHUTDOWN', () => stayed());
    try {
      await this.#tell('system_powerdown', timeout);
      if (!(await within(Promise.race([off, this.exited]), timeout))) return false;
      return await within(this.exited, 1000);
    } finally {
      stop();
    }
  }

  async #guestRuns(): Promise<boolean> {
    const status = await this.#tell('query-status', statusTimeout);
    return typeof status === 'object' && status !== null && 'running' in status && status.running === true;
  }

  /** Executes a command whose failure only means that the next step is due. */
  async #tell(command: 'query-status' | 'system_powerdown' | 'quit', timeout: number): Promise<unknown> {
    try {
      return await this.client.as<AnyApi>().execute(command, undefined, { timeout });
    } catch {
      return undefined;
    }
  }

  async #closeClient(): Promise<void> {
    await this.client.close().catch(() => undefined);
  }
}
