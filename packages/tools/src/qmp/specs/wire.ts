import { type CommandSpec, commonOptions } from '../../cli/command-spec.js';

const address = { name: 'ADDRESS', summary: 'socket path or host:port', completes: 'address' } as const;
const programs = () => import('../commands/programs.js');

export const recordSpec: CommandSpec = {
  name: 'record',
  summary: 'a shell whose whole traffic is recorded',
  description: 'Like qmp shell, with everything sent and received appended to a file. Secrets are replaced in it.',
  arguments: [address, { name: 'FILE', summary: 'the wire log', completes: 'file' }],
  options: [
    commonOptions.socket,
    commonOptions.json,
    { flags: '-e, --stop-on-error', summary: 'piped input: stop at the first error' },
    commonOptions.timeout,
  ],
  examples: [{ line: 'qmp record /run/vm.sock session.log < commands.txt', says: 'record a session for a test' }],
  load: () => import('../commands/record.js'),
};

export const replaySpec: CommandSpec = {
  name: 'replay',
  summary: 'a server made of a recorded session',
  description:
    'Plays a wire log to one client after another: what they send has to be what was recorded. Ends with Ctrl-C, or ' +
    'after the first client with --once.',
  arguments: [
    { name: 'FILE', summary: 'the wire log', completes: 'file' },
    { name: 'ADDRESS', summary: 'where to listen: socket path or host:port' },
  ],
  options: [
    { flags: '--once', summary: 'serve one client; its code is 1 when it sent something else' },
    { flags: '--json', summary: 'print JSON, a line when it listens and one for each client' },
  ],
  examples: [{ line: 'qmp replay session.log /tmp/fake.sock', says: 'test a program without a machine' }],
  load: () => import('../commands/replay.js'),
};

export const machineSpec: CommandSpec = {
  name: 'machine',
  summary: 'run the embedded PC (the package qmp-machine)',
  arguments: [{ name: 'OPTIONS', summary: 'those of qmp-machine', many: true, optional: true }],
  examples: [{ line: 'qmp machine -qmp unix:pc.sock,server,wait=off -monitor stdio', says: 'a PC without QEMU' }],
  passThrough: true,
  unknownOptions: true,
  load: async () => ({ run: (await programs()).runMachine }),
};

export const schemaSpec: CommandSpec = {
  name: 'schema',
  summary: 'look at the schema of a server, and compile it',
  examples: [{ line: 'qmp schema show /run/vm.sock blockdev-add', says: 'the arguments of a command' }],
  commands: [
    {
      name: 'show',
      summary: 'show the commands of a server, or the arguments of one',
      arguments: [
        address,
        {
          name: 'COMMAND',
          summary: 'and the key=value arguments that choose a branch',
          many: true,
          optional: true,
          completes: 'live:command',
        },
      ],
      options: [commonOptions.socket, commonOptions.json, commonOptions.timeout],
      examples: [
        { line: 'qmp schema show /run/vm.sock', says: 'all commands and events' },
        { line: 'qmp schema show /run/vm.sock blockdev-add driver=qcow2', says: 'with the arguments of a branch' },
      ],
      load: () => import('../commands/schema-show.js'),
    },
    ...(['types', 'docs', 'diff'] as const).map((name) => compilerFace(name)),
  ],
};

function compilerFace(name: 'types' | 'docs' | 'diff'): CommandSpec {
  const says = { types: 'write TypeScript types', docs: 'write the reference', diff: 'compare two schemas' }[name];
  const lines = {
    types: 'qmp schema types --from unix:/run/vm.sock -o api',
    docs: 'qmp schema docs qapi-schema.json -o reference',
    diff: 'qmp schema diff old.json unix:/run/vm.sock',
  };
  return {
    name,
    summary: `${says} (qapi-gen ${name})`,
    arguments: [{ name: 'OPTIONS', summary: `those of qapi-gen ${name}`, many: true, optional: true }],
    examples: [{ line: lines[name], says }],
    passThrough: true,
    unknownOptions: true,
    load: async () => ({ run: (call) => programs().then(({ runCompiler }) => runCompiler(call, name)) }),
  };
}
