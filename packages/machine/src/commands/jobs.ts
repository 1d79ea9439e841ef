import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

type Names = 'query-jobs' | 'job-dismiss' | 'snapshot-save' | 'snapshot-load' | 'snapshot-delete';

/** Jobs and snapshots. */
export function jobCommands({ jobs, snapshots }: Host): SomeHandlers<Names> {
  return {
    'query-jobs': () => jobs.list(),
    'job-dismiss': ({ id }) => jobs.dismiss(id),
    'snapshot-save': ({ 'job-id': id, tag }) => jobs.start(id, 'snapshot-save', () => snapshots.save(tag, false)),
    'snapshot-load': ({ 'job-id': id, tag }) => jobs.start(id, 'snapshot-load', () => snapshots.load(tag)),
    'snapshot-delete': ({ 'job-id': id, tag }) => jobs.start(id, 'snapshot-delete', async () => snapshots.delete(tag)),
  };
}
