export { type BalloonOptions, type BalloonProgress, balloon } from './balloon.js';
export { type BlockJobArguments, backup, commit, mirror, stream } from './block-jobs.js';
export { type DumpArguments, dumpGuestMemory } from './dump.js';
export {
  type Backend,
  blockBackend,
  netBackend,
  type PlugOptions,
  plug,
  type UnplugOptions,
  unplug,
} from './hotplug.js';
export { Job, type JobOptions, type JobProgress, newJobId, startJob } from './jobs.js';
export {
  fileMigrationUri,
  type Migration,
  type MigrationOptions,
  type MigrationProgress,
  migrate,
} from './migration.js';
export { type AnyClient, Operation, type OperationOptions } from './operation.js';
export { type ScreendumpOptions, type SharedFile, screendumpTo } from './screendump.js';
export { deleteSnapshot, loadSnapshot, type SnapshotArguments, saveSnapshot } from './snapshots.js';
export { Transaction } from './transaction.js';
