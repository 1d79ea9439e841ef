import { type Command, commandError } from 'qmp/monitor';
import { MachineError } from '../machine/errors.js';
import { commandsOf } from '../schema/handlers.js';
import { absentCommands } from './absent.js';
import { blockCommands } from './block.js';
import { chardevCommands } from './chardev.js';
import { commandLineCommands } from './command-line.js';
import { descriptorCommands } from './descriptors.js';
import { deviceCommands } from './devices.js';
import type { Host } from './host.js';
import { humanCommands } from './human.js';
import { inputCommands } from './input.js';
import { jobCommands } from './jobs.js';
import { memoryCommands } from './memory.js';
import { migrationCommands } from './migration.js';
import { networkCommands } from './network.js';
import { pciCommands } from './pci.js';
import { qomCommands } from './qom.js';
import { runStateCommands } from './run-state.js';
import { systemCommands } from './system.js';
import { yankCommands } from './yank.js';

/** All commands of the machine, as its schema has them. */
export function machineCommands(host: Host): Command[] {
  const handlers = {
    ...runStateCommands(host),
    ...systemCommands(host),
    ...absentCommands(),
    ...commandLineCommands(),
    ...blockCommands(host),
    ...chardevCommands(host),
    ...yankCommands(host),
    ...inputCommands(host),
    ...humanCommands(host),
    ...memoryCommands(host),
    ...pciCommands(host),
    ...networkCommands(host),
    ...deviceCommands(host),
    ...jobCommands(host),
    ...qomCommands(host),
    ...migrationCommands(host),
    ...descriptorCommands(host),
  };
  return commandsOf(handlers).map((command) => answerMachineErrors(command, host));
}

/** What the machine refuses is the command's error, with the machine's own words. */
function answerMachineErrors(command: Command, { descriptors }: Host): Command {
  return {
    ...command,
    async handler(args, context) {
      try {
        return await command.handler(descriptors.resolve(args), context);
      } catch (error) {
        throw error instanceof MachineError ? commandError(error.message, error.errorClass) : error;
      }
    },
  };
}
