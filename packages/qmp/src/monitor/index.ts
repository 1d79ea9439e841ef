/**
 * The server end of QMP: an embeddable monitor that behaves on the wire as QEMU's does.
 *
 * - {@link createMonitor} makes one from a version and a list of commands; `attach(chardev)` greets one client,
 *   `serve(listener)` one client after another, `emit(event, data)` tells all of them.
 * - A command is `{ name, handler, validate?, allowOob?, allowPreconfig?, features?, secrets? }`. Its handler gets the
 *   arguments and a context, and returns a value, a promise of one, or throws {@link commandError}.
 * - {@link createHumanMonitor} makes the human monitor, for terminals (`attach`, `serve`) and for QMP (`qmpCommand`).
 * - Commands run one at a time for the whole monitor, in order; events raised before a handler returns precede its
 *   reply; out-of-band commands overtake.
 */
export type { AuthorizationRequest } from './answer.js';
export type { MonitorClock } from './clock.js';
export { systemClock } from './clock.js';
export type {
  ArgumentsValidator,
  Command,
  CommandContext,
  CommandHandler,
} from './command.js';
export { commandError } from './command.js';
export type { CompatPolicy, InputPolicy, OutputPolicy } from './compat.js';
export { parseCompat } from './compat.js';
export type { EventDefinition, Throttle } from './events.js';
export { throttledEvents } from './events.js';
export type { HumanArguments, HumanParameter, HumanType } from './human-arguments.js';
export type { HumanCommand, HumanOutput, HumanSession } from './human-command.js';
export type { HumanMonitor, HumanMonitorOptions, TerminalOptions } from './human-monitor.js';
export { createHumanMonitor } from './human-monitor.js';
export { HumanSyntaxError } from './human-syntax.js';
export type { MonitorLimits } from './limits.js';
export type { AttachOptions, Monitor, MonitorOptions, ServeOptions } from './monitor.js';
export { createMonitor } from './monitor.js';
export type { MonitorSession } from './monitor-session.js';
export type { Prepared } from './prepared.js';
export { prepare } from './prepared.js';
export type { CommandRegistry } from './registry.js';
export type { CommandResult, OutputFilter } from './result.js';
export type { MonitorTrace } from './trace.js';
