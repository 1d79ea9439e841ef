import { commandError, createHumanMonitor, type HumanMonitor } from 'qmp/monitor';
import type { PretendedMachine } from './machine.js';
import { qemuVersion } from './version.js';

/** The human monitor of a machine that is not there: enough to show how lines are read and errors are worded. */
export function referenceHuman(machine: PretendedMachine): HumanMonitor {
  const status = () => (machine.running ? 'running' : `paused${machine.prelaunch ? ' (prelaunch)' : ''}`);
  return createHumanMonitor({
    version: qemuVersion,
    commands: [
      { name: 'stop|s', help: 'stop emulation', handler: () => machine.stop() },
      { name: 'cont|c', help: 'resume emulation', handler: () => machine.cont() },
      { name: 'system_reset', help: 'reset the system', handler: () => machine.reset('host-qmp-system-reset') },
      { name: 'system_powerdown', help: 'send system power down event', handler: () => machine.powerdown() },
      {
        name: 'device_del',
        usage: 'device',
        help: 'remove device',
        parameters: [{ name: 'id', type: 'string' }],
        handler: ({ id }) => {
          throw commandError(`Device '${String(id)}' not found`);
        },
      },
      {
        name: 'set_link',
        usage: 'name on|off',
        help: 'change the link status of a network adapter',
        parameters: [
          { name: 'name', type: 'string' },
          { name: 'up', type: 'boolean' },
        ],
        handler: ({ name }) => {
          throw commandError(`Device '${String(name)}' not found`);
        },
      },
      {
        name: 'i',
        usage: '/fmt addr',
        help: 'I/O port read',
        parameters: [
          { name: 'format', type: 'format' },
          { name: 'addr', type: 'integer' },
        ],
        handler: () => 'portb[0x0000] = 0xff\n',
      },
      {
        name: 'memsave',
        usage: 'addr size file',
        help: "save to disk virtual memory dump starting at 'addr' of size 'size'",
        parameters: [
          { name: 'val', type: 'integer' },
          { name: 'size', type: 'integer' },
          { name: 'filename', type: 'string' },
        ],
        handler: () => {
          throw commandError('Invalid CPU index 0');
        },
      },
    ],
    info: [
      {
        name: 'status',
        help: 'show the current VM status (running|paused)',
        handler: () => `VM status: ${status()}\n`,
      },
      { name: 'name', help: 'show the current VM name', handler: () => (machine.name ? `${machine.name}\n` : '') },
      { name: 'registers', usage: '[-a]', help: 'show the cpu registers', handler: () => 'No CPU available\n' },
      {
        name: 'balloon',
        help: 'show balloon information',
        handler: () => {
          throw commandError('No balloon device has been activated');
        },
      },
    ],
  });
}
