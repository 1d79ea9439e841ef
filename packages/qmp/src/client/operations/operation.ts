import { QmpError } from '../../protocol/errors.js';
import type { Api } from '../api-types.js';
import type { QmpClient } from '../client.js';
import { abortedError } from '../failures.js';
import { Queue } from '../queue.js';

/** Any client, whatever its API: the operations look at what they need under the newest one. */
export interface AnyClient {
  readonly label: string;
  readonly passesDescriptors: boolean;
  as<B extends Api>(): QmpClient<B>;
}

/** What the body of an operation is given. */
export interface OperationControl<Progress> {
  /** Tells how far things are. */
  report(progress: Progress): void;
  /** Somebody asked to cancel; the body decides what that means. */
  readonly cancelled: boolean;
}

/** What every operation can be given. */
export interface OperationOptions {
  /**
   * Cancels the operation, as {@link Operation.cancel} does. It then fails with QMP_ABORTED: when QEMU has stopped it,
   * or at once when QEMU cannot or will not stop it. One that was faster succeeds.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Something that takes time in QEMU and goes on after its command was answered. Await it for its end; iterate
 * {@link updates} for its progress. It fails with QMP_OPERATION_FAILED when QEMU says that it failed, with
 * QMP_OPERATION_CANCELLED after a {@link cancel}, and like any command when it could not be started.
 *
 * A failure that nobody awaits is not an unhandled rejection.
 */
export class Operation<Result, Progress> implements PromiseLike<Result> {
  /** Settles when the operation has ended. */
  readonly done: Promise<Result>;
  readonly #cancel: () => Promise<void>;
  readonly #watchers = new Set<Queue<Progress>>();
  #progress: Progress | undefined;
  #cancelled = false;
  #ended = false;

  /** @param what it is called in errors */
  constructor(
    what: string,
    body: (control: OperationControl<Progress>) => Promise<Result>,
    cancel: () => Promise<void>,
    { signal }: OperationOptions = {},
  ) {
    this.#cancel = cancel;
    const isCancelled = (): boolean => this.#cancelled;
    const run = (): Promise<Result> =>
      body({
        report: (progress) => this.#report(progress),
        get cancelled() {
          return isCancelled();
        },
      });
    this.done = signal === undefined ? run() : this.#under(signal, what, run);
    this.done.then(
      () => this.#finish(),
      () => this.#finish(),
    );
  }

  /** The newest progress; undefined before any was told. */
  get progress(): Progress | undefined {
    return this.#progress;
  }

  /** True when the operation has ended, well or not. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Progress from now on. Ends with the operation, and never throws: await the operation for how it ended. */
  updates(): AsyncIterableIterator<Progress> & Disposable {
    const queue: Queue<Progress> = new Queue(16, () => this.#watchers.delete(queue));
    if (this.#progress !== undefined) queue.push(this.#progress);
    if (this.#ended) queue.finish();
    else this.#watchers.add(queue);
    return queue;
  }

  /**
   * Asks QEMU to stop it, and resolves when QEMU took the request. How the operation then ends is told by the
   * operation: it may have been faster. Does nothing when it has ended.
   *
   * @throws {QmpError} QMP_UNSUPPORTED when QEMU has no way to stop this.
   */
  async cancel(): Promise<void> {
    if (this.#ended) return;
    this.#cancelled = true;
    await this.#cancel();
  }

  // biome-ignore lint/suspicious/noThenProperty: an operation is awaited by itself
  then<A = Result, B = never>(
    onFulfilled?: ((value: Result) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.done.then(onFulfilled, onRejected);
  }

  /** Runs it, and cancels it when the signal fires. */
  async #under(signal: AbortSignal, what: string, run: () => Promise<Result>): Promise<Result> {
    if (signal.aborted) throw abortedError(signal, what, 'It was not started.');
    let giveUp: (error: QmpError) => void = () => undefined;
    const unstoppable = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    const onAbort = (): void => {
      this.cancel().catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        giveUp(abortedError(signal, what, `It could not be stopped and may go on: ${why}`));
      });
    };
    signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([run(), unstoppable]);
    } catch (error) {
      if (!QmpError.is(error) || error.code !== 'QMP_OPERATION_CANCELLED' || !signal.aborted) throw error;
      throw abortedError(signal, what, 'QEMU has stopped it.');
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #report(progress: Progress): void {
    this.#progress = progress;
    for (const watcher of this.#watchers) watcher.push(progress);
  }

  #finish(): void {
    this.#ended = true;
    for (const watcher of [...this.#watchers]) watcher.finish();
  }
}

/** The error of an operation that QEMU began and that ended badly. */
export function operationFailed(what: string, why: string, hint?: string): QmpError {
  return new QmpError('QMP_OPERATION_FAILED', `${what} failed: ${why}`, hint === undefined ? {} : { hint });
}

/** The error of an operation that was cancelled, by us or by somebody else. */
export function operationCancelled(what: string, byUs: boolean): QmpError {
  return new QmpError('QMP_OPERATION_CANCELLED', `${what} was cancelled${byUs ? '' : ' by someone else'}`);
}
