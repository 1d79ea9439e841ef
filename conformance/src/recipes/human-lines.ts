import { command, one, type Recipe } from '../recipe.js';

const hmp = (line: string) => command('human-monitor-command', { 'command-line': line });

const lines: readonly string[] = [
  ...['', ' ', '\t\n', '/', '/x', ' /x', 'stop/', 'stop/x', 'info/', 'info/status', 'info /status', 'info status/'],
  ...[
    ' frob',
    '\tfrob x',
    ' info frob',
    'info  frob  x',
    'frob/x',
    '"frob"',
    ' stop x',
    '\tinfo  status x',
    'stop\u0000',
  ],
  ...['print', 'print/', 'print/ 5', 'print /x 5', 'print/x', 'print/z 5', 'print/x/d 5', 'print/4x 5', 'print/4xb 5'],
  ...[
    'print/xd 5',
    'print/dx 5',
    'print/-1x 5',
    'print/x5',
    'print/i 5',
    'print/g 5',
    'print/L 5',
    'print/bhw 65',
    'p/c 200',
  ],
  ...[
    'print é',
    "print 'é'",
    'print 1é',
    'print 1\u00a02',
    'print \u000b7\f',
    'print 1\u0000',
    'print 0b1',
    'print 1e3',
  ],
  ...['help stop x', 'help info status x', 'help nosuch x', 'help "stop"', 'help "stop', 'help "st\\op"', 'help "\\z"'],
  ...['help info "status"', '?  stop', '?stop', 'help s', 'help -x', 'help info -x', 'help /x', 'help "a b"'],
  ...[
    'info registers -a',
    'info registers -b',
    'info registers -',
    'info registers -a 0',
    'info registers 0',
    'info registers 7',
  ],
  ...[
    'info registers x',
    'info registers -a x',
    'info registers -1',
    'info registers -a -a',
    'i 0x70',
    'i/b 0x70',
    'i/h 0x70',
  ],
  ...[
    'i/g 0x170',
    'i/b 0x12345',
    'device_del  "a b" c',
    'device_del "a\\nb"',
    'device_del "a\\zb"',
    'device_del a"b c',
    "device_del 'a b'",
  ],
  ...[
    'set_link a on off',
    'set_link a off x',
    'set_link "a" maybe',
    'set_link a on\u0001',
    'memsave 0 x y',
    'memsave 0 1 f g',
  ],
];

export const ownLines: Recipe = {
  group: 'own-hmp-lines',
  description: 'The human monitor through QMP: where a name ends, formats, quotes, what is told of what was typed',
  cases: lines.map((line) =>
    one(JSON.stringify(line).replaceAll('\\', '-').replaceAll('/', '|').replaceAll(' ', '_'), hmp(line), {
      layer: 'machine',
      // A format stays for later calls.
      ...(/^(p|i)\b|^print/.test(line) && { launch: { fresh: true } }),
    }),
  ),
};
