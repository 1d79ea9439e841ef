import { type Job, type JobOptions, startJob } from './jobs.js';
import type { AnyClient } from './operation.js';

export interface SnapshotArguments {
  /** The snapshot's name. */
  readonly tag: string;
  /** The node names of the disks that belong to it. */
  readonly devices: readonly string[];
  /** The node that holds the machine's state. */
  readonly vmstate: string;
}

/** Saves disks and machine state under a name. The machine stands still meanwhile. */
export function saveSnapshot(client: AnyClient, args: SnapshotArguments, options?: JobOptions): Job {
  return startJob(client, 'snapshot-save', { ...args }, options);
}

/** Goes back to a snapshot. The machine goes on from there if it was running. */
export function loadSnapshot(client: AnyClient, args: SnapshotArguments, options?: JobOptions): Job {
  return startJob(client, 'snapshot-load', { ...args }, options);
}

/** Removes a snapshot from the disks that have it. */
export function deleteSnapshot(client: AnyClient, args: Omit<SnapshotArguments, 'vmstate'>, options?: JobOptions): Job {
  return startJob(client, 'snapshot-delete', { ...args }, options);
}
