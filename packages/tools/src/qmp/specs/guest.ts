import { type CommandSpec, commonOptions } from '../../cli/command-spec.js';

const words =
  'COMMAND is one of: ping, info, ifconfig, cat FILE, exec PROGRAM ARGUMENTS, fsfreeze status|freeze|thaw, fstrim, ' +
  'suspend disk|ram|hybrid, halt, powerdown, reboot; or any command of the agent with its key=value arguments.';

const short = [
  ...['ping', 'info', 'ifconfig', 'cat', 'exec', 'fsfreeze', 'fstrim', 'suspend', 'halt', 'powerdown', 'reboot'],
];

const { json, socket, timeout } = commonOptions;
const load: NonNullable<CommandSpec['load']> = () => import('../commands/guest.js');

export const guestSpec: CommandSpec = {
  name: 'guest',
  summary: 'talk to the guest agent',
  description: words,
  arguments: [
    { name: 'ADDRESS', summary: 'the address of the agent', completes: 'address' },
    { name: 'COMMAND', summary: 'what to do', many: true, completes: short },
  ],
  options: [socket, json, { ...timeout, default: '10' }],
  examples: [
    { line: 'qmp guest /run/agent.sock ping', says: 'is it there?' },
    { line: 'qmp guest /run/agent.sock cat /etc/hostname', says: 'read a file of the guest' },
    { line: 'qmp guest /run/agent.sock exec uname -a', says: 'run a program in the guest' },
    { line: 'qmp guest /run/agent.sock guest-get-osinfo', says: 'any command by its own name' },
  ],
  passThrough: true,
  load,
};

/** The name that people know. */
export const guestClientSpec: CommandSpec = {
  name: 'qemu-ga-client',
  summary: 'talk to the guest agent',
  description: words,
  arguments: [{ name: 'COMMAND', summary: 'what to do', many: true, completes: short }],
  options: [
    { flags: '--address <address>', summary: 'the address of the agent', completes: 'address' },
    json,
    { ...timeout, default: '10' },
  ],
  examples: [
    { line: 'qemu-ga-client --address=/run/agent.sock fsfreeze status', says: 'are its file systems frozen?' },
  ],
  environment: [['QGA_CLIENT_ADDRESS', 'the address when none is given']],
  passThrough: true,
  load,
};
