import { commandError, createHumanMonitor, type HumanMonitor } from 'qmp/monitor';
import type { PretendedMachine } from './machine.js';
import { qemuVersion } from './version.js';

/** The human monitor of a machine that is not there: enough to show how lines are read and errors are worded. */
export function referenceHuman(machine: PretendedMachine): HumanMonitor {
  const status = () => (machine.running ? 'running' : `paused${machine.prelaunch ? ' (prelaunch)' : ''}`);
  return createHumanMonitor({
    version: qemuVersion,
    cpus: () => 0,
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
          { name: 'addr', type: 'integer32' },
        ],
        handler: ({ format, addr }) => {
          const port = BigInt.asUintN(16, BigInt(addr ?? 0n))
            .toString(16)
            .padStart(4, '0');
          return portLine(String(format).slice(-1), port);
        },
      },
      {
        name: 'memsave',
        usage: 'addr size file',
        help: "save to disk virtual memory dump starting at 'addr' of size 'size'",
        parameters: [
          { name: 'val', type: 'integer' },
          { name: 'size', type: 'integer32' },
          { name: 'filename', type: 'string' },
        ],
        handler: () => 'No CPU available\n',
      },
    ],
    info: [
      {
        name: 'status',
        help: 'show the current VM status (running|paused)',
        handler: () => `VM status: ${status()}\n`,
      },
      { name: 'name', help: 'show the current VM name', handler: () => (machine.name ? `${machine.name}\n` : '') },
      {
        name: 'registers',
        usage: '[-a|vcpu]',
        help: 'show the cpu registers',
        parameters: [
          { name: 'a', type: 'flag' },
          { name: 'vcpu', type: 'integer32', optional: true },
        ],
        handler: ({ a, vcpu }) => {
          if (a === true) return '';
          // The number is an int of C: its low bits count.
          const cpu = Number(BigInt.asIntN(32, BigInt(vcpu ?? -1n)));
          return cpu < 0 ? 'No CPU available\n' : `CPU#${cpu} not available\n`;
        },
      },
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

/** What is read of a port where nothing is: eight bits unless the format says sixteen or thirty-two. */
function portLine(size: string, port: string): string {
  if (size === 'h') return `portw[0x${port}] = 0xffff\n`;
  if (size === 'w') return `portl[0x${port}] = 0xffffffff\n`;
  return `portb[0x${port}] = 0x${'ff'.padStart(size === 'g' ? 16 : 2, '0')}\n`;
}
