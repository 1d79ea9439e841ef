import type { Api as NewestApi } from '../../api/index.js';
import type { JsonObject } from '../../json/value.js';
import type { Arguments } from '../api-types.js';
import { type Job, type JobOptions, startJob } from './jobs.js';
import type { AnyClient } from './operation.js';

type BlockJobCommand = 'blockdev-mirror' | 'block-commit' | 'block-stream' | 'blockdev-backup';

/** The arguments of a block job's command; finalizing and dismissing are the job's business. */
export type BlockJobArguments<C extends BlockJobCommand> = Omit<
  Arguments<NewestApi, C>,
  'auto-finalize' | 'auto-dismiss'
>;

function blockJob(client: AnyClient, command: BlockJobCommand, args: object, options: JobOptions): Job {
  const all = { ...args, 'auto-dismiss': false, 'auto-finalize': options.finalize !== 'manual' };
  return startJob(client, command, all as JsonObject, options);
}

/** Copies a node to another and, when the copy is complete, switches to it. Cancelled when ready, it only ends. */
export function mirror(client: AnyClient, args: BlockJobArguments<'blockdev-mirror'>, options: JobOptions = {}): Job {
  return blockJob(client, 'blockdev-mirror', args, options);
}

/** Merges overlays down into their backing file. */
export function commit(client: AnyClient, args: BlockJobArguments<'block-commit'>, options: JobOptions = {}): Job {
  return blockJob(client, 'block-commit', args, options);
}

/** Pulls the backing file's data up into an overlay. */
export function stream(client: AnyClient, args: BlockJobArguments<'block-stream'>, options: JobOptions = {}): Job {
  return blockJob(client, 'block-stream', args, options);
}

/** Copies a node as it is at this moment. */
export function backup(client: AnyClient, args: BlockJobArguments<'blockdev-backup'>, options: JobOptions = {}): Job {
  return blockJob(client, 'blockdev-backup', args, options);
}
