import type { CommandSpec } from '../cli/command-spec.js';
import { qmpShellSpec, qmpShellWrapSpec } from '../qmp-shell/spec.js';
import { vmInfoSpec } from '../vm-info/spec.js';
import { eventsSpec, execSpec, hmpSpec, waitSpec } from './specs/basic.js';
import { blockCommands, plugSpec, screenshotSpec, unplugSpec } from './specs/devices.js';
import { guestSpec } from './specs/guest.js';
import { blockCopyCommands, jobSpec, migrateSpec, snapshotSpec } from './specs/operations.js';
import { qomSpec } from './specs/qom.js';
import { completionSpec, manSpec } from './specs/scripts.js';
import { machineSpec, recordSpec, replaySpec, schemaSpec } from './specs/wire.js';

/** `qmp`: everything by one name. */
export const qmpSpec: CommandSpec = {
  name: 'qmp',
  summary: 'operate virtual machines over the QEMU Machine Protocol',
  description:
    'One command for everything that can be asked of a virtual machine. ADDRESS is the path of a socket, host:port, or ' +
    'any address in the syntax of QEMU; it is left out when QMP_SOCKET or --socket gives it.',
  examples: [
    { line: 'qmp info /run/vm.sock', says: 'what the machine is and how it is doing' },
    { line: 'qmp exec /run/vm.sock query-status', says: 'one command' },
    { line: 'qmp shell /run/vm.sock', says: 'type commands, with completion' },
    { line: 'qmp wait /run/vm.sock SHUTDOWN', says: 'wait for an event' },
  ],
  environment: [
    ['QMP_SOCKET', 'the address when none is given'],
    ['NO_COLOR', 'no colours'],
    ['QMP_DEBUG', 'show the stack of an error'],
  ],
  commands: [
    execSpec,
    eventsSpec,
    waitSpec,
    { ...vmInfoSpec, name: 'info' },
    { ...qmpShellSpec, name: 'shell' },
    hmpSpec,
    screenshotSpec,
    snapshotSpec,
    migrateSpec,
    jobSpec,
    {
      name: 'block',
      summary: 'disks and media',
      examples: [{ line: 'qmp block ls /run/vm.sock', says: 'list them' }],
      commands: [...blockCommands, ...blockCopyCommands],
    },
    plugSpec,
    unplugSpec,
    qomSpec,
    guestSpec,
    schemaSpec,
    recordSpec,
    replaySpec,
    machineSpec,
    {
      ...qmpShellWrapSpec,
      name: 'launch',
      examples: [{ line: 'qmp launch -- qemu-system-x86_64 -M none', says: 'look around in a QEMU without a machine' }],
    },
    completionSpec,
    manSpec,
  ],
};
