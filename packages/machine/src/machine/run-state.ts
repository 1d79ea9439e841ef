import {
  type GuestPanicAction,
  PanicAction,
  RebootAction,
  type RunState,
  ShutdownAction,
  WatchdogAction,
} from '../api/index.js';
import { MachineError } from './errors.js';

/** Only a reset helps a machine in one of these (QEMU: `runstate_needs_reset`). */
export function needsReset(state: RunState): boolean {
  return state === 'internal-error' || state === 'shutdown';
}

/** What the machine does on its own when something happens to it (`set-action`, `-action`). */
export interface Actions {
  /** The guest resets itself. */
  readonly reboot: RebootAction;
  /** The guest turns itself off, or `reboot` says so. */
  readonly shutdown: ShutdownAction;
  readonly panic: PanicAction;
  readonly watchdog: WatchdogAction;
}

export const defaultActions: Actions = {
  reboot: 'reset',
  shutdown: 'poweroff',
  panic: 'shutdown',
  watchdog: 'reset',
};

/** What becomes of a guest that panicked. */
export function panicAction({ panic, shutdown }: Actions): GuestPanicAction {
  if (panic === 'exit-failure' || (panic === 'shutdown' && shutdown === 'poweroff')) return 'poweroff';
  return panic === 'none' ? 'run' : 'pause';
}

const ACTION_VALUES = {
  reboot: RebootAction,
  shutdown: ShutdownAction,
  panic: PanicAction,
  watchdog: WatchdogAction,
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
