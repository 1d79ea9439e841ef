import { WatchdogAction } from '../api/index.js';
import { setAction } from '../machine/run-state.js';
import type { HmpCommand } from './command.js';

/** Run state and power. */
export const machineHumanCommands: readonly HmpCommand[] = [
  { names: ['stop', 's'], help: 'stop emulation', run: (_args, { machine }) => machine.pause() },
  { names: ['cont', 'c'], help: 'resume emulation', run: (_args, { machine }) => machine.resume() },
  { names: ['system_reset'], help: 'reset the system', run: (_args, { machine }) => machine.reset() },
  {
    names: ['system_powerdown'],
    help: 'send system power down event',
    run: (_args, { machine }) => machine.powerButton(),
  },
  {
    names: ['system_wakeup'],
    help: 'wakeup guest from suspend',
    run: (_args, { machine }) => machine.wakeUpOrFail(),
  },
  {
    names: ['watchdog_action'],
    usage: '[reset|shutdown|poweroff|pause|debug|none]',
    help: 'change watchdog action',
    parameters: [{ name: 'action', type: 'string' }],
    run: ({ action = '' }, { machine }) => {
      if (!WatchdogAction.some((known) => known === action)) return `Error: invalid parameter value: ${action}\n`;
      machine.setActions(setAction(machine.actions, 'watchdog', action));
      return '';
    },
  },
  { names: ['nmi'], help: 'inject an NMI', run: (_args, { machine }) => machine.injectNmi() },
  {
    names: ['balloon'],
    usage: 'target',
    help: 'request VM to change its memory allocation (in MB)',
    parameters: [{ name: 'value', type: 'mebibytes' }],
    run: ({ value = '0' }, { machine }) => machine.balloon.resize(Number(value)),
  },
  { names: ['quit', 'q'], help: 'quit the emulator', run: (_args, { machine }) => machine.quit() },
];
