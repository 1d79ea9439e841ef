import { type CommandSpec, commonOptions } from '../../cli/command-spec.js';

const { json, socket, timeout } = commonOptions;
const address = { name: 'ADDRESS', summary: 'socket path or host:port', completes: 'address' } as const;
const environment = [['QMP_SOCKET', 'the address when none is given']] as const;
const shared = { options: [socket, json, timeout], environment };

export const qomListSpec: CommandSpec = {
  ...shared,
  name: 'ls',
  summary: 'list the properties and children of an object',
  arguments: [address, { name: 'PATH', summary: 'a QOM path', optional: true, completes: 'live:qom-path' }],
  examples: [{ line: 'qmp qom ls /run/vm.sock /machine', says: 'what the machine consists of' }],
  load: () => import('../commands/qom-list.js'),
};

export const qomGetSpec: CommandSpec = {
  ...shared,
  name: 'get',
  summary: 'print the value of a property',
  arguments: [
    address,
    {
      name: 'PATH.PROPERTY',
      summary: 'a QOM path, a dot, and a property; or both as two words',
      many: true,
      completes: 'live:qom-property',
    },
  ],
  examples: [{ line: 'qmp qom get /run/vm.sock /machine.type', says: 'the machine type' }],
  load: () => import('../commands/qom-get.js'),
};

export const qomSetSpec: CommandSpec = {
  ...shared,
  name: 'set',
  summary: 'change the value of a property',
  arguments: [
    address,
    { name: 'PATH.PROPERTY', summary: 'as for get', completes: 'live:qom-property' },
    { name: 'VALUE', summary: 'the new value', many: true },
  ],
  examples: [
    {
      line: 'qmp qom set /run/vm.sock /machine/peripheral/b0.guest-stats-polling-interval 2',
      says: 'ask for statistics',
    },
  ],
  load: () => import('../commands/qom-set.js'),
};

export const qomTreeSpec: CommandSpec = {
  ...shared,
  name: 'tree',
  summary: 'print the tree of objects with their properties',
  arguments: [address, { name: 'PATH', summary: 'where to begin', optional: true, completes: 'live:qom-path' }],
  options: [
    ...shared.options,
    { flags: '-d, --depth <levels>', summary: 'go so deep' },
    { flags: '-n, --names', summary: 'objects only' },
  ],
  examples: [{ line: 'qmp qom tree /run/vm.sock /machine --depth 2 --names', says: 'the upper part of the tree' }],
  load: () => import('../commands/qom-tree.js'),
};

export const qomSpec: CommandSpec = {
  name: 'qom',
  summary: 'look at the objects of the machine and change them',
  examples: [{ line: 'qmp qom ls /run/vm.sock /machine', says: 'list the children of an object' }],
  commands: [qomListSpec, qomGetSpec, qomSetSpec, qomTreeSpec],
};

/** The short names that people know from QEMU's own scripts, which take the address from `--socket` alone. */
export const qomToolSpecs: Readonly<Record<'qom-list' | 'qom-get' | 'qom-set' | 'qom-tree', CommandSpec>> = {
  'qom-list': shortName('qom-list', qomListSpec, 'qom-list -s /run/vm.sock /machine'),
  'qom-get': shortName('qom-get', qomGetSpec, 'qom-get -s /run/vm.sock /machine.type'),
  'qom-set': shortName(
    'qom-set',
    qomSetSpec,
    'qom-set -s /run/vm.sock /machine/peripheral/b0.guest-stats-polling-interval 2',
  ),
  'qom-tree': shortName('qom-tree', qomTreeSpec, 'qom-tree -s /run/vm.sock /machine'),
};

function shortName(name: string, spec: CommandSpec, line: string): CommandSpec {
  const says = spec.examples[0]?.says ?? '';
  return {
    ...spec,
    name,
    examples: [
      { line, says },
      { line: line.replace('-s ', ''), says: 'the same' },
    ],
  };
}
