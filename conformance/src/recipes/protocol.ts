import { command, each, type Recipe, type RecipeCase } from '../recipe.js';

/** Wrong members beside each other: QEMU's hash order decides which one is told. */
const members: Readonly<Record<string, string>> = {
  executeNumber: '"execute": 1',
  executeNull: '"execute": null',
  argumentsArray: '"arguments": []',
  argumentsNull: '"arguments": null',
  alpha: '"alpha": 1',
  zeta: '"zeta": 1',
  execOob: '"exec-oob": "x"',
  execOobNumber: '"exec-oob": 1',
  ret: '"return": {}',
  control: '"control": {}',
};

const pairs: readonly (readonly [string, string])[] = [
  ...([
    ['executeNumber', 'argumentsArray'],
    ['argumentsArray', 'executeNumber'],
    ['executeNull', 'alpha'],
  ] as const),
  ...([
    ['alpha', 'zeta'],
    ['zeta', 'alpha'],
    ['argumentsNull', 'zeta'],
    ['execOob', 'executeNumber'],
  ] as const),
  ...([
    ['execOobNumber', 'alpha'],
    ['ret', 'executeNumber'],
    ['control', 'argumentsArray'],
    ['ret', 'control'],
  ] as const),
  ...([
    ['execOob', 'argumentsArray'],
    ['execOobNumber', 'argumentsNull'],
    ['alpha', 'executeNull'],
  ] as const),
];

const message = (names: readonly string[]) => `{${names.map((name) => members[name]).join(', ')}, "id": "i"}`;

export const ownMembers: Recipe = {
  group: 'own-members',
  description: 'Two faults in one message, with and without out-of-band: which one is told',
  cases: (['negotiated', 'oob', 'greeted'] as const).flatMap((start) =>
    pairs.map(
      (pair): RecipeCase => ({
        name: `${start}: ${pair.join(' and ')}`,
        layer: 'wire',
        start,
        tags: ['hash-order'],
        steps: [{ send: message(pair) }, 'record'],
      }),
    ),
  ),
};

const enable = (value: string) => `{"execute": "qmp_capabilities", "arguments": {"enable": ${value}}, "id": 0}`;
const probe = '{"exec-oob": "absent", "id": "probe"}';

export const ownNegotiation: Recipe = {
  group: 'own-negotiation',
  description: 'Forms of qmp_capabilities, and what is enabled after each',
  cases: [
    ...each(
      {
        'empty list': enable('[]') + probe,
        'oob twice': enable('["oob", "oob"]') + probe,
        'oob then unknown': enable('["oob", "xyz"]') + probe,
        'unknown then oob': enable('["xyz", "oob"]') + probe,
        'number in the list': enable('[1]') + probe,
        'null in the list': enable('["oob", null]') + probe,
        'object in the list': enable('[{}]') + probe,
        'list in the list': enable('[["oob"]]') + probe,
        'a string': enable('"oob"') + probe,
        'an object': enable('{"oob": true}') + probe,
        true: enable('true') + probe,
        'upper case': enable('["OOB"]') + probe,
        'empty name': enable('[""]') + probe,
        'nul in the name': enable('["oob\\u0000"]') + probe,
        'other argument': `{"execute": "qmp_capabilities", "arguments": {"disable": []}}${probe}`,
        'right and other argument': `{"execute": "qmp_capabilities", "arguments": {"enable": ["oob"], "x": 1}}${probe}`,
        'out-of-band negotiation': `{"exec-oob": "qmp_capabilities"}${probe}`,
        'twice in one write': `${enable('["oob"]')}${enable('[]')}`,
        'second one with a bad argument': `${enable('[]')}${enable('7')}${probe}`,
        'command between two': `{"execute": "absent"}${enable('["oob"]')}{"execute": "absent"}`,
      },
      { start: 'greeted' },
    ),
    ...each({
      'enable later': enable('["oob"]') + probe,
      'qmp_capabilities out-of-band': '{"exec-oob": "qmp_capabilities"}',
    }),
    ...each({ 'out-of-band once more': '{"exec-oob": "qmp_capabilities", "id": 1}' }, { start: 'oob' }),
  ],
};

const text = `${command('absent', { a: [1, 2, { b: 'c' }] }, { deep: ['x', 1.5, null] })}\n{"id": "\\u00e9\\ud83d\\ude00"}x\n`;

export const ownCuts: Recipe = {
  group: 'own-cuts',
  description: 'The same bytes in pieces of every size',
  cases: [1, 2, 3, 5, 7, 11, 13, 29].map((chunk) => ({
    name: `pieces of ${chunk}`,
    layer: 'wire',
    steps: [{ send: text, chunk, chunkDelayMs: 1 }, 'record'],
  })),
};

export const ownPretty: Recipe = {
  group: 'own-pretty',
  description: 'pretty=on: the layout of ids and errors',
  cases: each(
    {
      'nested id': '{"id": {"a": [1, {"b": []}], "c": {}}}',
      'array id': '{"id": [[], {}, [[]], ""]}',
      'scalar ids': '{"id": 1.5}{"id": null}{"id": true}{"id": "x"}',
      'syntax error': '{"id": }',
      'lexical error': '@\n',
      'success with id': `${command('qmp_capabilities', {}, [1])}{"execute": "query-version", "id": {"x": {}}}`,
      'two in one write': '{"id": 1}{"id": 2}',
      escapes: '{"id": "a\\"b\\n\\u00e9"}',
    },
    { launch: { pretty: true } },
  ),
};
