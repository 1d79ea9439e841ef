export type { JsonObject, JsonValue } from '../json/value.js';
export type {
  Chardev,
  ChardevFactory,
  EventMessage,
  Greeting,
  QmpErrorCode,
  VersionInfo,
} from '../protocol/index.js';
export { QmpError } from '../protocol/index.js';
export type {
  AnyApi,
  Api,
  Arguments,
  CommandName,
  EventName,
  EventOf,
  EventSelector,
  OobCommandName,
  ReceivedEvent,
  Result,
} from './api-types.js';
export type { QmpClient, StatusListener, WaitOptions } from './client.js';
export type { Clock } from './clock.js';
export { connect } from './connect.js';
export { connectAgent } from './connect-agent.js';
export { commandTimeouts, defaultTimeouts, type Timeouts } from './deadlines.js';
export type { EventGap, EventListener, ListenOptions } from './events.js';
export type { ExecuteOptions } from './execute-options.js';
export type { ClientState } from './link.js';
export { LiveSchema } from './live-schema.js';
export type {
  AnyClient,
  Backend,
  BalloonOptions,
  BalloonProgress,
  BlockJobArguments,
  DumpArguments,
  JobOptions,
  JobProgress,
  Migration,
  MigrationOptions,
  MigrationProgress,
  OperationOptions,
  PlugOptions,
  ScreendumpOptions,
  SharedFile,
  SnapshotArguments,
  UnplugOptions,
} from './operations/index.js';
export {
  backup,
  balloon,
  blockBackend,
  commit,
  deleteSnapshot,
  dumpGuestMemory,
  fileMigrationUri,
  Job,
  loadSnapshot,
  migrate,
  mirror,
  netBackend,
  newJobId,
  Operation,
  plug,
  saveSnapshot,
  screendumpTo,
  startJob,
  stream,
  Transaction,
  unplug,
} from './operations/index.js';
export type { ConnectOptions, ReconnectOptions } from './options.js';
export type { RecoveredState, Status } from './status.js';
export type { TraceEvent, Tracer } from './trace.js';
export type { UsageOptions, UsagePolicy } from './usage.js';
