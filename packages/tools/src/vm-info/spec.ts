import { type CommandSpec, commonOptions } from '../cli/command-spec.js';

/** `vm-info`, and under another name `qmp info`. */
export const vmInfoSpec: CommandSpec = {
  name: 'vm-info',
  summary: 'show what a virtual machine is and how it is doing',
  description:
    'Shows a virtual machine on one screen: version, status, CPUs, memory, disks, network, displays, jobs. ' +
    'What the server does not tell is left out. Several addresses make a table with one line for each.',
  arguments: [
    { name: 'ADDRESS', summary: 'socket path or host:port', optional: true, many: true, completes: 'address' },
  ],
  options: [
    commonOptions.json,
    { flags: '-w, --watch', summary: 'stay, and show changes and throughput until Ctrl-C' },
    { flags: '-n, --interval <seconds>', summary: 'time between two looks of --watch', default: '2' },
    {
      flags: '--agent <address>',
      summary: 'also ask the guest agent at this address; with --watch its network throughput',
      completes: 'address',
    },
    { ...commonOptions.timeout, default: '10' },
  ],
  examples: [
    { line: 'vm-info /run/vm.sock', says: 'one machine on one screen' },
    { line: 'vm-info localhost:4444 --json', says: 'the same as JSON, for scripts' },
    { line: 'vm-info /run/vms/*.sock', says: 'several machines, one a line' },
    { line: 'vm-info /run/vm.sock --watch', says: 'follow its status and disk throughput' },
    { line: 'vm-info -w /run/vms/*.sock', says: 'follow several machines, one a line' },
  ],
  environment: [['QMP_SOCKET', 'the address when none is given']],
  load: () => import('./run.js'),
};
