import { command, each, type Recipe } from '../recipe.js';

export const ownDaemon: Recipe = {
  group: 'own-qsd',
  description: 'The storage daemon: what it has not, what it checks, and its members in order',
  cases: [
    ...each(
      {
        stop: command('stop'),
        'query-status': command('query-status', {}, 1),
        device_add: command('device_add', { driver: 'x' }),
        'qmp_capabilities again': command('qmp_capabilities', {}, 1),
        'migrate-pause': command('migrate-pause'),
      },
      { layer: 'wire', launch: { server: 'qsd' } },
    ),
    ...each(
      {
        'object-add of nothing': command('object-add', {}),
        'object-add without id': command('object-add', { 'qom-type': 'iothread' }),
        'object-del without id': command('object-del', {}),
        'blockdev-add with a number': command('blockdev-add', { driver: 1 }),
        'blockdev-add with an unknown member': command('blockdev-add', { driver: 'null-co', bogus: 1 }),
        'blockdev-add with a bad reference': command('blockdev-add', { driver: 'raw', file: 1 }),
        'chardev-add without backend': command('chardev-add', { id: 'x' }),
        'chardev-add of a type that it lacks': command('chardev-add', {
          id: 'x',
          backend: { type: 'spicevmc', data: {} },
        }),
        'block-export-add without type': command('block-export-add', { id: 'x' }),
        'block-export-add with a bad type': command('block-export-add', { id: 'x', type: 'none' }),
        'job-cancel without id': command('job-cancel', {}),
        'query-jobs with an argument': command('query-jobs', { a: 1 }),
        'query-block-exports with an argument': command('query-block-exports', { '': null }),
        'nbd-server-start with a bad port': command('nbd-server-start', {
          addr: { type: 'inet', data: { host: 'h', port: 1 } },
        }),
        'quit with an argument': command('quit', { now: true }),
      },
      { layer: 'schema', launch: { server: 'qsd' } },
    ),
  ],
};

const early = each(
  {
    'an unknown command': command('absent'),
    'query-block': command('query-block'),
    device_add: command('device_add', { driver: 'x' }),
    'stop with an argument': command('stop', { a: 1 }),
    cont: command('cont', {}, 'c'),
    'query-qmp-schema with an argument': command('query-qmp-schema', { a: 1 }),
    'query-commands with an argument': command('query-commands', { a: 1 }),
    'object-add without a type': command('object-add', {}),
    'qom-list of nothing': command('qom-list', {}),
    'human-monitor-command': command('human-monitor-command', { 'command-line': 'info status' }),
    'migrate-pause': command('migrate-pause'),
    'x-exit-preconfig with an argument': command('x-exit-preconfig', { a: 1 }),
    'set-numa-node of an unknown kind': command('set-numa-node', { type: 'x' }),
    'query-jobs': command('query-jobs'),
    'quit with an argument': command('quit', { a: 1 }),
  },
  { layer: 'machine', launch: { args: ['-machine', 'none', '--preconfig'] } },
);

export const ownPreconfig: Recipe = {
  group: 'own-preconfig',
  description: 'Before the machine is there: what is permitted, and what is looked at first',
  cases: early,
};
