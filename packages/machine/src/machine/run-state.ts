import { MachineError } from './errors.js';

/** The run states of QEMU that this machine can be in (`query-status`). */
export type RunState =
  | 'prelaunch'
  | 'running'
  | 'paused'
  | 'shutdown'
  | 'suspended'
  | 'internal-error'
  | 'io-error'
  | 'guest-panicked'
  | 'watchdog'
  | 'inmigrate'
  | 'finish-migrate'
  | 'postmigrate'
  | 'save-vm'
  | 'restore-vm'
  | 'debug';

/** Why a machine was reset or shut down, in QEMU's words. */
export type ShutdownCause =
  | 'host-error'
  | 'host-qmp-quit'
  | 'host-qmp-system-reset'
  | 'host-signal'
  | 'host-ui'
  | 'guest-shutdown'
  | 'guest-reset'
  | 'guest-panic'
  | 'snapshot-load';

/** Only a reset helps a machine in one of these (QEMU: `runstate_needs_reset`). */
export function needsReset(state: RunState): boolean {
  return state === 'internal-error' || state === 'shutdown';
}

/** What the machine does on its own when something happens to it (`set-action`, `-action`). */
export interface Actions {
  /** The guest resets itself. */
  readonly reboot: 'reset' | 'shutdown';
  /** The guest turns itself off, or `reboot` says so. */
  readonly shutdown: 'poweroff' | 'pause';
  readonly panic: 'pause' | 'shutdown' | 'exit-failure' | 'none';
  readonly watchdog: 'reset' | 'shutdown' | 'poweroff' | 'pause' | 'debug' | 'none' | 'inject-nmi';
}

export const defaultActions: Actions = {
  reboot: 'reset',
  shutdown: 'poweroff',
  panic: 'shutdown',
  watchdog: 'reset',
};

const ACTION_VALUES = {
  reboot: ['reset', 'shutdown'],
  shutdown: ['poweroff', 'pause'],
  panic: ['pause', 'shutdown', 'exit-failure', 'none'],
  watchdog: ['reset', 'shutdown', 'poweroff', 'pause', 'debug', 'none', 'inject-nmi'],
} as const satisfies { readonly [Name in keyof Actions]: readonly Actions[Name][] };

/** @throws {MachineError} when there is no such action. */
export function setAction(actions: Actions, name: string, value: string): Actions {
  if (!isActionName(name)) throw new MachineError(`Invalid parameter '${name}'`);
  if (!ACTION_VALUES[name].some((known) => known === value))
    throw new MachineError(`Parameter '${name}' does not accept value '${value}'`);
  return { ...actions, [name]: value };
}

function isActionName(name: string): name is keyof Actions {
  return name in ACTION_VALUES;
}
