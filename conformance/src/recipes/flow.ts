import { command, each, one, type Recipe, type RecipeCase, type RecipeStep } from '../recipe.js';

const scratch = '$'.concat('{TMP}');
const machine = { layer: 'machine', launch: { fresh: true } } as const;

/** Starts a command that waits for a named pipe. */
function slow(on: string | undefined = undefined): RecipeStep[] {
  const args = { 'qom-type': 'secret', id: 'slow', file: `${scratch}/slow` };
  return [{ fifo: 'slow' }, { ...(on && { on }), send: command('object-add', args, 'slow') }, { sleepMs: 80 }];
}

const release: RecipeStep = { release: 'slow', data: '#' };

function flow(name: string, start: RecipeCase['start'], steps: readonly RecipeStep[], monitors = 1): RecipeCase {
  const launch = { fresh: true, ...(monitors > 1 && { monitors }) };
  return { name, layer: 'machine', tags: ['slow-command'], launch, ...(start && { start }), steps };
}

const oob = (id: number) => `{"exec-oob": "absent", "id": ${id}}`;
const inBand = (id: number) => `{"execute": "query-name", "id": ${id}}`;
const range = (from: number, to: number, make: (id: number) => string) =>
  Array.from({ length: to - from + 1 }, (_, index) => make(from + index)).join('');

export const ownFlow: Recipe = {
  group: 'own-flow',
  description: 'What waits, what overtakes and what is forgotten while a command takes long',
  cases: [
    ...[1, 3, 6, 7].map((count) =>
      flow(`${count} waiting, out-of-band overtakes`, 'oob', [
        ...slow(),
        { send: range(1, count, inBand) + oob(99) },
        'record',
        release,
        'record',
      ]),
    ),
    ...[8, 9, 15].map((count) =>
      flow(`${count} waiting, nothing overtakes`, 'oob', [
        ...slow(),
        { send: range(1, count, inBand) },
        'record',
        release,
        'record',
      ]),
    ),
    flow('errors of every kind wait', 'oob', [
      ...slow(),
      { send: '@\n{"id": }[]{"execute": 1}{"execute": "absent"}{}' },
      'record',
      release,
      'record',
    ]),
    flow('out-of-band errors do not wait', 'oob', [
      ...slow(),
      { send: '{"exec-oob": 1, "id": 1}{"exec-oob": "absent", "x": 1, "id": 2}{"exec-oob": "query-name", "id": 3}' },
      'record',
      release,
      'record',
    ]),
    flow('out-of-band with arguments that do not fit', 'oob', [
      ...slow(),
      { send: '{"exec-oob": "yank", "id": 1}{"exec-oob": "yank", "arguments": {"instances": 1}, "id": 2}' },
      'record',
      release,
      'record',
    ]),
    flow('an allowed command overtakes', 'oob', [
      ...slow(),
      { send: '{"execute": "query-yank", "id": 1}{"exec-oob": "query-yank", "id": 2}' },
      'record',
      release,
      'record',
    ]),
    flow('negotiating again waits', 'oob', [
      ...slow(),
      { send: '{"execute": "qmp_capabilities", "id": 1}' },
      'record',
      release,
      'record',
    ]),
    flow('half a message, then the rest after the release', undefined, [
      ...slow(),
      { send: '{"execute": "query-na' },
      'record',
      release,
      'record',
      { send: 'me", "id": 2}' },
      'record',
    ]),
    flow('input ends while a command runs', undefined, [
      ...slow(),
      { send: inBand(1) },
      { halfClose: 'a' },
      release,
      'record',
    ]),
    // With out-of-band QEMU may notice the end of input before the commands that wait are run: what is answered then is a
    // race, and not recorded.
    flow(
      'the other monitor waits without out-of-band',
      'negotiated',
      [
        ...slow(),
        { open: 'b', monitor: 1, start: 'greeted' },
        { on: 'b', send: '{"execute": "qmp_capabilities", "id": 1}' },
        { on: 'b', record: true },
        release,
        'record',
        { on: 'b', record: true },
      ],
      2,
    ),
    flow(
      'the other monitor is greeted meanwhile',
      'negotiated',
      [...slow(), { open: 'b', monitor: 1, start: 'raw' }, { on: 'b', record: true }, release, 'record'],
      2,
    ),
    flow(
      'both wait, each with its own',
      'oob',
      [
        { open: 'b', monitor: 1, start: 'oob' },
        ...slow('b'),
        { send: range(1, 3, inBand) + oob(9) },
        'record',
        { on: 'b', send: range(11, 13, inBand) + oob(19) },
        { on: 'b', record: true },
        release,
        'record',
        { on: 'b', record: true },
      ],
      2,
    ),
    flow('events of a queued command come with it', 'oob', [
      ...slow(),
      { send: command('cont', {}, 1) + oob(2) },
      'record',
      release,
      'record',
    ]),
  ],
};

const hmp = (line: string) => command('human-monitor-command', { 'command-line': line });

/** Expressions as `print` reads them. */
const expressions = [
  ...[
    '1',
    '0',
    '0x10',
    '010',
    '0x',
    '08',
    '1+2*3',
    '(1+2)*3',
    '10/3',
    '10%3',
    '-1',
    '~0',
    '+5',
    '- 5',
    '2*-3',
    '1|2^3&1',
  ],
  ...[
    '0xff&0x0f+1',
    '1 + 2',
    '7-2-1',
    '((((5))))',
    '(1',
    ')',
    "'a'",
    "'a",
    "'",
    '1 2',
    '1/(2-2)',
    '5%0',
    '$eax',
    'abc',
  ],
  ...['0xffffffffffffffff', '18446744073709551616', '-0x8000000000000000', '1<<2', '3*', '*3', '1,2'],
];

export const ownHuman: Recipe = {
  group: 'own-hmp',
  description: 'The human monitor through QMP: expressions, formats, and how arguments are read',
  cases: [
    ...expressions.map((text) => one(`print/x ${text}`, hmp(`print/x ${text}`), { layer: 'machine' })),
    ...['d', 'u', 'o', 'c'].flatMap((format) =>
      ['65', '-1', '0'].map((value) =>
        one(`print/${format} ${value}`, hmp(`print/${format} ${value}`), { layer: 'machine' }),
      ),
    ),
    ...each(
      {
        'alias s': hmp('s'),
        'two blanks in between': hmp('info   status'),
        'tab in between': hmp('info\tstatus'),
        'upper case': hmp('STOP'),
        'name and garbage': hmp('stop$'),
        'extra words for an alias': hmp('s now please'),
        'extra words for info': hmp('info status now'),
        'quoted command': hmp('"stop"'),
        'on in upper case': hmp('set_link x ON'),
        'nothing for on or off': hmp('set_link x'),
        'no argument at all': hmp('set_link'),
        'escape in quotes': hmp('device_del "a\\"b"'),
        'unknown info topic': hmp('info nosuch'),
        'help of an unknown topic': hmp('help info nosuch'),
        'help of an unknown command': hmp('help nosuch'),
        comment: hmp('# stop'),
        semicolon: hmp('stop; cont'),
        'size not a number': hmp('memsave x 1 f'),
        'second expression missing': hmp('memsave 0'),
        'file missing': hmp('memsave 0 1'),
      },
      { layer: 'machine' },
    ),
    one('cpu-index negative', command('human-monitor-command', { 'command-line': 'stop', 'cpu-index': -1 }), {
      layer: 'machine',
    }),
    one('cpu-index too large', command('human-monitor-command', { 'command-line': 'stop', 'cpu-index': 7 }), {
      layer: 'machine',
    }),
  ],
};

export const ownEvents: Recipe = {
  group: 'own-events',
  description: 'Events beside replies in longer exchanges',
  cases: [
    one(
      'stop and cont in one write',
      command('cont', {}, 1) + command('stop', {}, 2) + command('stop', {}, 3),
      machine,
    ),
    one(
      'reset while running',
      command('cont', {}, 1) + command('system_reset', {}, 2) + command('query-status', {}, 3),
      machine,
    ),
    one(
      'reset after a pause',
      command('cont') + command('stop') + command('system_reset') + command('query-status'),
      machine,
    ),
    one('powerdown while running', command('cont') + command('system_powerdown') + command('query-status'), machine),
    one('human stop', command('cont') + hmp('stop') + hmp('stop') + hmp('info status'), machine),
    one('human reset and powerdown', hmp('system_reset') + hmp('system_powerdown'), machine),
    one('errors between events', `${command('cont')}{"id": }${command('stop')}@\n${command('cont')}`, machine),
    one('events on a pretty monitor', command('cont', {}, 1) + command('stop', {}, 2), {
      layer: 'machine',
      launch: { fresh: true, pretty: true },
    }),
    one('events with oob enabled', command('cont', {}, 1) + command('system_reset', {}, 2), {
      ...machine,
      start: 'oob',
    }),
    {
      name: 'three sessions, one negotiated late',
      layer: 'machine',
      launch: { fresh: true, monitors: 3 },
      steps: [
        { open: 'b', monitor: 1, start: 'negotiated' },
        { open: 'c', monitor: 2, start: 'greeted' },
        { send: command('cont') },
        'record',
        { on: 'b', record: true },
        { on: 'c', record: true },
        { on: 'c', send: command('qmp_capabilities') + command('stop', {}, 'c') },
        { on: 'c', record: true },
        'record',
        { on: 'b', record: true },
      ],
    },
  ],
};
