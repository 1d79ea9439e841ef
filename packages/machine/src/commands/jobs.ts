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
export function jobCommands({ jobs, snapshots }: Host): SomeHandlers<Names> {
  return {
    'query-jobs': () => jobs.list(),
    'job-cancel': ({ id }) => jobs.cancel(id),
    'job-pause': ({ id }) => jobs.pause(id),
    'job-resume': ({ id }) => jobs.resume(id),
    'job-complete': ({ id }) => jobs.refuse(id, 'complete'),
    'job-finalize': ({ id }) => jobs.refuse(id, 'finalize'),
    'job-dismiss': ({ id }) => jobs.dismiss(id),
    'snapshot-save': ({ 'job-id': id, tag }) =>
      jobs.start(id, 'snapshot-save', (job) => snapshots.save(tag, false, job)),
    'snapshot-load': ({ 'job-id': id, tag }) => jobs.start(id, 'snapshot-load', () => snapshots.load(tag)),
    'snapshot-delete': ({ 'job-id': id, tag }) => jobs.start(id, 'snapshot-delete', async () => snapshots.delete(tag)),
  };
}
