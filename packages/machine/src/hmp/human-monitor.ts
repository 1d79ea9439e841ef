import {
  commandError,
  createHumanMonitor,
  type HumanArguments,
  type HumanCommand,
  type HumanMonitor,
} from 'qmp/monitor';
import type { Host } from '../commands/host.js';
import { MachineError } from '../machine/errors.js';
import { blockHumanCommands } from './block.js';
import type { HmpArguments, HmpCommand } from './command.js';
import { deviceHumanCommands } from './devices.js';
import { infoCommands } from './info.js';
import { inputHumanCommands } from './input.js';
import { machineHumanCommands } from './machine.js';
import { memoryHumanCommands } from './memory.js';
import { migrationHumanCommands } from './migration.js';
import { networkHumanCommands } from './network.js';
import { portHumanCommands } from './ports.js';
import { qomHumanCommands } from './qom.js';
import { registerLookup } from './registers.js';
import { snapshotHumanCommands } from './snapshots.js';

/** The human monitor with this machine's commands. */
export function machineHumanMonitor(host: Host): HumanMonitor {
  const commands = [
    ...machineHumanCommands,
    ...inputHumanCommands,
    ...blockHumanCommands,
    ...snapshotHumanCommands,
    ...memoryHumanCommands,
    ...networkHumanCommands,
    ...deviceHumanCommands,
    ...qomHumanCommands,
    ...portHumanCommands,
    ...migrationHumanCommands,
  ];
  return createHumanMonitor({
    version: host.version,
    commands: commands.map((command) => adapt(command, host)),
    info: infoCommands.map((command) => adapt(command, host)),
    cpus: () => 1,
    registers: async () => registerLookup(await host.machine.emulator.registers()),
    over: () => host.machine.over,
  });
}

/** Gives a command its host, and its errors the form that the monitor prints. */
function adapt(command: HmpCommand, host: Host): HumanCommand {
  const { names, complete, run, ...rest } = command;
  return {
    ...rest,
    name: names.join('|'),
    ...(complete && { complete: (_word: string, index: number) => complete(index + 1, host) }),
    handler: async (args) => {
      try {
        return await run(texts(args), host);
      } catch (error) {
        throw error instanceof MachineError ? commandError(error.message) : error;
      }
    },
  };
}

function texts(args: HumanArguments): HmpArguments {
  const entries = Object.entries(args).map(([name, value]) => [name, value === true ? 'on' : String(value)]);
  return Object.fromEntries(entries) as HmpArguments;
}
