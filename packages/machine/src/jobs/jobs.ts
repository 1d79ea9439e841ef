import type { JobInfo, JobStatus, JobType } from '../api/index.js';
import { MachineError } from '../machine/errors.js';

/** What the work of a job sees of its job. */
export interface JobControl {
  /** Waits while the job is held. @throws {MachineError} when it was cancelled. */
  checkpoint(): Promise<void>;
}

type Verb = 'cancel' | 'complete' | 'dismiss' | 'finalize' | 'pause' | 'resume';

/** In which states a job takes a verb, of the states that jobs of this machine can be in. */
const ACCEPTED: Readonly<Record<Verb, readonly JobStatus[]>> = {
  cancel: ['created', 'running', 'paused'],
  complete: [],
  dismiss: ['concluded'],
  finalize: [],
  pause: ['created', 'running', 'paused'],
  resume: ['created', 'running', 'paused'],
};

class Job {
  readonly id: string;
  readonly type: JobType;
  status: JobStatus = 'undefined';
  error: string | undefined;
  cancelled = false;
  held = false;
  /** Ends the wait of a held job. */
  wake: () => void = () => {};

  constructor(id: string, type: JobType) {
    this.id = id;
    this.type = type;
  }
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
   * @throws {MachineError} when the name is taken or none.
   */
  start(id: string, type: JobType, work: (control: JobControl) => Promise<void>): void {
    if (!/^[A-Za-z][-._A-Za-z0-9]*$/.test(id)) throw new MachineError(`Invalid job ID '${id}'`);
    if (this.#jobs.has(id)) throw new MachineError(`Job ID '${id}' already in use`);
    const job = new Job(id, type);
    this.#jobs.set(id, job);
    this.#become(job, 'created');
    void this.#run(job, work);
  }

  /** The newest one first. */
  list(): JobInfo[] {
    return [...this.#jobs.values()].reverse().map(({ id, type, status, error }) => ({
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
    const job = this.#accepting(id, 'dismiss');
    this.#jobs.delete(id);
    this.#become(job, 'null');
  }

  /**
   * Ends a job before it is done: it leaves nothing behind, and fails.
   *
   * @throws {MachineError} when there is no such job, or it is over.
   */
  cancel(id: string): void {
    const job = this.#accepting(id, 'cancel');
    job.cancelled = true;
    job.wake();
  }

  /**
   * Holds a job where its work can be held.
   *
   * @throws {MachineError} when there is no such job, it is over, or held already.
   */
  pause(id: string): void {
    const job = this.#accepting(id, 'pause');
    if (job.held) throw new MachineError('Job is already paused');
    job.held = true;
  }

  /**
   * Lets a held job go on.
   *
   * @throws {MachineError} when there is no such job, or it is not held.
   */
  resume(id: string): void {
    const job = this.#find(id);
    if (!job.held) throw new MachineError("Can't resume a job that was not paused");
    this.#accepting(id, 'resume');
    job.held = false;
    job.wake();
  }

  /** Refuses a verb for which a job is never in the right state here. */
  refuse(id: string, verb: 'complete' | 'finalize'): void {
    this.#accepting(id, verb);
  }

  #find(id: string): Job {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new MachineError('Job not found');
    return job;
  }

  #accepting(id: string, verb: Verb): Job {
    const job = this.#find(id);
    if (!ACCEPTED[verb].includes(job.status))
      throw new MachineError(`Job '${id}' in state '${job.status}' cannot accept command verb '${verb}'`);
    return job;
  }

  async #run(job: Job, work: (control: JobControl) => Promise<void>): Promise<void> {
    this.#become(job, 'running');
    try {
      await work({ checkpoint: () => this.#checkpoint(job) });
      this.#become(job, 'waiting');
      this.#become(job, 'pending');
    } catch (error) {
      job.error = error instanceof Error ? error.message : String(error);
      this.#become(job, 'aborting');
    }
    job.held = false;
    this.#become(job, 'concluded');
  }

  async #checkpoint(job: Job): Promise<void> {
    if (job.held && !job.cancelled) {
      this.#become(job, 'paused');
      await new Promise<void>((resolve) => {
        job.wake = resolve;
      });
      this.#become(job, 'running');
    }
    if (job.cancelled) throw new MachineError('Operation canceled');
  }

  #become(job: Job, status: JobStatus): void {
    job.status = status;
    this.#changed(job.id, status);
  }
}
