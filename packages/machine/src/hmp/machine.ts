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
  { names: ['quit', 'q'], help: 'quit the emulator', run: (_args, { machine }) => machine.quit() },
];
