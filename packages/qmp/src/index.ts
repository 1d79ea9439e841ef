export type {
  AnyApi,
  Api,
  Arguments,
  ClientState,
  Clock,
  CommandName,
  ConnectOptions,
  EventGap,
  EventListener,
  EventName,
  EventOf,
  EventSelector,
  ExecuteOptions,
  ListenOptions,
  OobCommandName,
  QmpClient,
  ReceivedEvent,
  ReconnectOptions,
  RecoveredState,
  Result,
  Status,
  StatusListener,
  Timeouts,
  TraceEvent,
  Tracer,
  UsageOptions,
  UsagePolicy,
  WaitOptions,
} from './client/index.js';
export { commandTimeouts, defaultTimeouts, LiveSchema } from './client/index.js';
export { connect } from './connect.js';
export type { JsonObject, JsonValue } from './json/value.js';
export type { EndedBy, ExitStatus, LaunchOptions, ShutdownOptions, ShutdownResult } from './launch/index.js';
export { ExitError, LaunchedVm, launch } from './launch/index.js';
export type { Chardev, ChardevFactory, EventMessage, Greeting, QmpErrorCode, VersionInfo } from './protocol/index.js';
export { QmpError } from './protocol/index.js';
