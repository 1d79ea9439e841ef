import type { JobInfo, JobStatus, JobType } from '../api/index.js';
import { MachineError } from '../machine/errors.js';

interface Job {
  readonly id: string;
  readonly type: JobType;
  status: JobStatus;
  error: string | undefined;
}

/** The jobs of a machine: work that goes on after its command was answered. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();
  readonly #changed: (id: string, status: JobStatus) => void;

  constructor(changed: (id: string, status: JobStatus) => void) {
    this.#changed = changed;
  }

  /**
   * Starts a job. It stays, concluded, until it is dismissed.
   *
   * @throws {MachineError} when the name is taken.
   */
  start(id: string, type: JobType, work: () => Promise<void>): void {
    if (this.#jobs.has(id)) throw new MachineError(`Job ID '${id}' already in use`);
    const job: Job = { id, type, status: 'undefined', error: undefined };
    this.#jobs.set(id, job);
    this.#become(job, 'created');
    void this.#run(job, work);
  }

  list(): JobInfo[] {
    return [...this.#jobs.values()].map(({ id, type, status, error }) => ({
      id,
      type,
      status,
      'current-progress': status === 'concluded' ? 1 : 0,
      'total-progress': 1,
      ...(error === undefined ? {} : { error }),
    }));
  }

  /** @throws {MachineError} when there is no such job, or it is still at work. */
  dismiss(id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new MachineError('Job not found');
    if (job.status !== 'concluded')
      throw new MachineError(`Job '${id}' in state '${job.status}' cannot accept command verb 'dismiss'`);
    this.#jobs.delete(id);
    this.#become(job, 'null');
  }

  async #run(job: Job, work: () => Promise<void>): Promise<void> {
    this.#become(job, 'running');
    try {
      await work();
      this.#become(job, 'waiting');
      this.#become(job, 'pending');
    } catch (error) {
      job.error = error instanceof Error ? error.message : String(error);
      this.#become(job, 'aborting');
    }
    this.#become(job, 'concluded');
  }

  #become(job: Job, status: JobStatus): void {
    job.status = status;
    this.#changed(job.id, status);
  }
}
