import type { JobInfo, JobStatus, Api as NewestApi } from '../../api/index.js';
import type { JsonObject } from '../../json/value.js';
import { QmpError } from '../../protocol/errors.js';
import type { AnyApi } from '../api-types.js';
import type { QmpClient } from '../client.js';
import { Ticker } from '../ticker.js';
import {
  type AnyClient,
  Operation,
  type OperationControl,
  type OperationOptions,
  operationCancelled,
  operationFailed,
} from './operation.js';

/** How far a job is. */
export interface JobProgress {
  readonly status: JobStatus;
  /** What is done, in the job's own unit (bytes, mostly). Approximate. */
  readonly current: number | bigint;
  /** What there is to do; it may grow. */
  readonly total: number | bigint;
}

export interface JobOptions extends OperationOptions {
  /**
   * What to do when a job that goes on by itself (mirror, active commit) is ready: complete it at once, or wait for
   * {@link Job.complete}. @default "auto"
   */
  readonly complete?: 'auto' | 'manual';
  /** Whether to make the job's changes final at once, or wait for {@link Job.finalize}. @default "auto" */
  readonly finalize?: 'auto' | 'manual';
  /** Milliseconds between two looks at the progress numbers; QEMU sends no events for them. @default 500 */
  readonly interval?: number;
}

/**
 * A job of QEMU's, from its start until it is dismissed. Its states come by JOB_STATUS_CHANGE; its error is read before
 * the job is dismissed, so that none is lost.
 */
export class Job extends Operation<JobInfo, JobProgress> {
  readonly id: string;
  readonly #vm: QmpClient<NewestApi>;

  constructor(client: AnyClient, id: string, command: string, args: JsonObject, options: JobOptions = {}) {
    const vm = client.as<NewestApi>();
    const run = new JobRun(vm, id, command, options);
    super(
      run.what,
      (control) => run.body(args, control),
      () => run.cancel(),
      options,
    );
    this.id = id;
    this.#vm = vm;
  }

  /** Ends a ready job: a mirror switches to its target. */
  async complete(): Promise<void> {
    await this.#vm.execute('job-complete', { id: this.id });
  }

  /** Makes a pending job's changes final. */
  async finalize(): Promise<void> {
    await this.#vm.execute('job-finalize', { id: this.id });
  }

  async pause(): Promise<void> {
    await this.#vm.execute('job-pause', { id: this.id });
  }

  async resume(): Promise<void> {
    await this.#vm.execute('job-resume', { id: this.id });
  }
}

let counter = 0;

/** A job id that nobody else is likely to use. */
export function newJobId(kind: string): string {
  counter = (counter + 1) % 1_000_000;
  return `${kind}-${counter}-${Math.random().toString(36).slice(2, 8)}`;
}

/** Starts any command that makes a job and takes a `job-id`, such as `blockdev-create`. */
export function startJob(client: AnyClient, command: string, args: JsonObject, options?: JobOptions): Job {
  const given = args['job-id'];
  const id = typeof given === 'string' ? given : newJobId(command);
  return new Job(client, id, command, { ...args, 'job-id': id }, options);
}

class JobRun {
  readonly #vm: QmpClient<NewestApi>;
  readonly #id: string;
  readonly #command: string;
  readonly #options: JobOptions;
  #aborting = false;

  constructor(vm: QmpClient<NewestApi>, id: string, command: string, options: JobOptions) {
    this.#vm = vm;
    this.#id = id;
    this.#command = command;
    this.#options = options;
  }

  async body(args: JsonObject, control: OperationControl<JobProgress>): Promise<JobInfo> {
    using events = this.#vm.listen({ event: 'JOB_STATUS_CHANGE', data: { id: this.#id } }, { gaps: true });
    await this.#vm.as<AnyApi>().execute(this.#command, args);
    using _ticker = new Ticker(this.#vm.clock, this.#options.interval ?? 500, () => this.#look(control));
    for await (const event of events) {
      const status = 'gap' in event ? (await this.#info())?.status : event.data.status;
      const end = await this.#step(status ?? 'null', control);
      if (end !== undefined) return end;
    }
    throw new QmpError('QMP_CLOSED', `${this.what}: the client was closed; the job may go on`);
  }

  /** What the job is called in errors. */
  get what(): string {
    return `${this.#command} (job "${this.#id}")`;
  }

  async #step(status: JobStatus, control: OperationControl<JobProgress>): Promise<JobInfo | undefined> {
    if (status === 'aborting') this.#aborting = true;
    if (status === 'ready' && this.#options.complete !== 'manual') await this.#verb('job-complete');
    if (status === 'pending' && this.#options.finalize !== 'manual') await this.#verb('job-finalize');
    if (status === 'concluded') return this.#conclude(control);
    if (status === 'null') {
      if (control.cancelled || this.#aborting) throw operationCancelled(this.what, control.cancelled);
      throw operationFailed(
        this.what,
        'it was dismissed by someone else or its QEMU is gone, and how it ended is not known',
      );
    }
    await this.#look(control);
    return undefined;
  }

  /** A job that was faster refuses to be cancelled, which is no failure: how it ended is told all the same. */
  async cancel(): Promise<void> {
    try {
      await this.#vm.execute('job-cancel', { id: this.#id });
    } catch (error) {
      if (!QmpError.is(error) || error.code !== 'QMP_COMMAND_FAILED') throw error;
      const { status } = (await this.#info()) ?? { status: 'null' };
      if (!['concluded', 'aborting', 'null'].includes(status)) throw error;
    }
  }

  /** Reads how the job ended, then dismisses it. */
  async #conclude(control: OperationControl<JobProgress>): Promise<JobInfo> {
    const info = await this.#info();
    if (info === undefined) throw operationFailed(this.what, 'it is gone, and how it ended is not known');
    control.report(progressOf(info));
    await this.#verb('job-dismiss');
    if (this.#aborting && (control.cancelled || info.error === 'Operation canceled')) {
      throw operationCancelled(this.what, control.cancelled);
    }
    if (info.error !== undefined) throw operationFailed(this.what, info.error);
    return info;
  }

  /** A job may be one state further than its newest event: then QEMU refuses the verb, and the next event tells why. */
  async #verb(verb: 'job-complete' | 'job-finalize' | 'job-dismiss'): Promise<void> {
    try {
      await this.#vm.execute(verb, { id: this.#id });
    } catch (error) {
      if (!QmpError.is(error) || error.code !== 'QMP_COMMAND_FAILED') throw error;
    }
  }

  async #look(control: OperationControl<JobProgress>): Promise<void> {
    const info = await this.#info();
    if (info !== undefined) control.report(progressOf(info));
  }

  async #info(): Promise<JobInfo | undefined> {
    return (await this.#vm.execute('query-jobs', {}, { idempotent: true })).find(({ id }) => id === this.#id);
  }
}

function progressOf(info: JobInfo): JobProgress {
  return { status: info.status, current: info['current-progress'], total: info['total-progress'] };
}
