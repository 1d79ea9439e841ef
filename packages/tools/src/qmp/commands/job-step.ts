import type { JobProgress } from 'qmp';
import type { Step } from './follow-operation.js';

/** A job's progress for a bar. */
export function jobStep({ current, total, status }: JobProgress): Step {
  return { current: Number(current), total: Number(total), note: status };
}
