import { type CommandSpec, commonOptions } from '../../cli/command-spec.js';

const { json, socket, timeout } = commonOptions;
const address = { name: 'ADDRESS', summary: 'socket path or host:port', completes: 'address' } as const;
const tag = { name: 'NAME', summary: 'the name of the snapshot', completes: 'live:snapshot' } as const;
const options = [socket, json, timeout];
const disks = {
  flags: '-d, --disk <node>',
  summary: 'a disk by node name; all that can hold snapshots by default',
  many: true,
};
const snapshots = () => import('../commands/snapshot.js');
const jobs = () => import('../commands/jobs.js');
const copies = () => import('../commands/block-copy.js');

export const snapshotSpec: CommandSpec = {
  name: 'snapshot',
  summary: 'save, load, list and delete snapshots inside the disks',
  examples: [{ line: 'qmp snapshot save /run/vm.sock before-upgrade', says: 'save disks and memory' }],
  commands: [
    {
      name: 'save',
      summary: 'save disks and memory under a name',
      arguments: [address, tag],
      options: [...options, disks],
      examples: [{ line: 'qmp snapshot save /run/vm.sock before-upgrade', says: 'the machine stands still meanwhile' }],
      load: async () => ({ run: (await snapshots()).save }),
    },
    {
      name: 'load',
      summary: 'go back to a snapshot',
      arguments: [address, tag],
      options: [...options, disks],
      examples: [{ line: 'qmp snapshot load /run/vm.sock before-upgrade', says: 'what happened since is lost' }],
      load: async () => ({ run: (await snapshots()).load }),
    },
    {
      name: 'list',
      summary: 'list the snapshots',
      arguments: [address],
      options,
      examples: [{ line: 'qmp snapshot list /run/vm.sock', says: 'with their disks and sizes' }],
      load: async () => ({ run: (await snapshots()).list }),
    },
    {
      name: 'delete',
      summary: 'remove a snapshot from all disks that have it',
      arguments: [address, tag],
      options: [...options, disks],
      examples: [{ line: 'qmp snapshot delete /run/vm.sock before-upgrade', says: 'free its space' }],
      load: async () => ({ run: (await snapshots()).remove }),
    },
  ],
};

export const migrateSpec: CommandSpec = {
  name: 'migrate',
  summary: 'move the machine to another QEMU, or into a file',
  description:
    'Migrates the machine to a QEMU that waits with -incoming, or saves it to a file. Ctrl-C asks whether to leave the ' +
    'migration running or to cancel it.',
  arguments: [
    address,
    { name: 'TARGET', summary: 'tcp:host:port, unix:path, exec:command, or a file', completes: 'file' },
  ],
  options,
  examples: [
    { line: 'qmp migrate /run/vm.sock tcp:other-host:4446', says: 'to a QEMU started with -incoming tcp:0:4446' },
    { line: 'qmp migrate /run/vm.sock vm.state', says: 'into a file' },
  ],
  load: () => import('../commands/migrate.js'),
};

export const jobSpec: CommandSpec = {
  name: 'job',
  summary: 'list and cancel jobs',
  examples: [{ line: 'qmp job ls /run/vm.sock', says: 'what is under way' }],
  commands: [
    {
      name: 'ls',
      summary: 'list jobs with their progress',
      arguments: [address],
      options,
      examples: [{ line: 'qmp job ls /run/vm.sock --json', says: 'as JSON lines' }],
      load: async () => ({ run: (await jobs()).list }),
    },
    {
      name: 'cancel',
      summary: 'ask a job to stop',
      arguments: [address, { name: 'ID', summary: 'the id of the job', completes: 'live:job' }],
      options: [...options, { flags: '-f, --force', summary: 'do not wait for what a block job has in flight' }],
      examples: [{ line: 'qmp job cancel /run/vm.sock backup0', says: 'stop a backup' }],
      load: async () => ({ run: (await jobs()).cancel }),
    },
  ],
};

const copyArguments = [
  address,
  { name: 'DISK', summary: 'the disk, by id, name or node name', completes: 'live:drive' },
  { name: 'FILE', summary: 'the image to create', completes: 'file' },
] as const;
const copyOptions = [
  ...options,
  { flags: '--format <format>', summary: 'of the new image', default: 'qcow2' },
  { flags: '--speed <bytes>', summary: 'at most so many bytes a second; 10M is fine' },
  { flags: '--sync <what>', summary: 'what to copy', choices: ['full', 'top', 'none'], default: 'full' },
];

export const blockCopyCommands: readonly CommandSpec[] = [
  {
    name: 'backup',
    summary: 'copy a disk as it is now into a new image',
    arguments: copyArguments,
    options: copyOptions,
    examples: [
      { line: 'qmp block backup /run/vm.sock disk0 /backup/disk0.qcow2', says: 'the machine runs on meanwhile' },
    ],
    load: async () => ({ run: (await copies()).runBackup }),
  },
  {
    name: 'mirror',
    summary: 'move a disk to a new image while the machine runs',
    arguments: copyArguments,
    options: copyOptions,
    examples: [
      { line: 'qmp block mirror /run/vm.sock disk0 /fast/disk0.qcow2', says: 'in the end the machine uses the copy' },
    ],
    load: async () => ({ run: (await copies()).runMirror }),
  },
];
