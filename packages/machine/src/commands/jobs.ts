import { MachineError } from '../machine/errors.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

type Names =
  | 'query-jobs'
  | 'job-cancel'
  | 'job-complete'
  | 'job-dismiss'
  | 'job-finalize'
  | 'job-pause'
  | 'job-resume'
  | 'snapshot-save'
  | 'snapshot-load'
  | 'snapshot-delete';

/** Jobs and snapshots. */
export function jobCommands({ jobs, snapshots, block }: Host): SomeHandlers<Names> {
  const checkNodes = (names: readonly string[]) => {
    for (const name of names)
      if (block.nodes.find(name) === undefined) throw new MachineError(`No block device node '${name}'`);
  };
  return {
    'query-jobs': () => jobs.list(),
    'job-cancel': ({ id }) => jobs.cancel(id),
    'job-pause': ({ id }) => jobs.pause(id),
    'job-resume': ({ id }) => jobs.resume(id),
    'job-complete': ({ id }) => jobs.refuse(id, 'complete'),
    'job-finalize': ({ id }) => jobs.refuse(id, 'finalize'),
    'job-dismiss': ({ id }) => jobs.dismiss(id),
    'snapshot-save': ({ 'job-id': id, tag, devices }) =>
      jobs.start(id, 'snapshot-save', async (job) => {
        checkNodes(devices);
        await snapshots.save(tag, false, job);
      }),
    'snapshot-load': ({ 'job-id': id, tag, devices }) =>
      jobs.start(id, 'snapshot-load', async () => {
        checkNodes(devices);
        await snapshots.load(tag);
      }),
    'snapshot-delete': ({ 'job-id': id, tag, devices }) =>
      jobs.start(id, 'snapshot-delete', async () => {
        checkNodes(devices);
        snapshots.delete(tag);
      }),
  };
}
