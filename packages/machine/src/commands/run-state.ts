import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

type Names =
  | 'query-status'
  | 'stop'
  | 'cont'
  | 'system_reset'
  | 'system_powerdown'
  | 'quit'
  | 'set-action'
  | 'watchdog-set-action'
  | 'inject-nmi'
  | 'system_wakeup'
  | 'x-exit-preconfig';

/** Run state and power. */
export function runStateCommands({ machine, exitPreconfig }: Host): SomeHandlers<Names> {
  return {
    'query-status': () => ({ running: machine.running, singlestep: false, status: machine.state }),
    stop: () => machine.pause(),
    cont: () => machine.resume(),
    system_reset: () => machine.reset(),
    system_powerdown: () => machine.powerButton(),
    quit: () => machine.quit(),
    'set-action': (actions) => machine.setActions(actions),
    'watchdog-set-action': ({ action }) => machine.setActions({ watchdog: action }),
    'inject-nmi': () => machine.injectNmi(),
    'x-exit-preconfig': () => exitPreconfig(),
    system_wakeup: () => machine.wakeUpOrFail(),
  };
}
