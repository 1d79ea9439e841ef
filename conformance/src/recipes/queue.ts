import { command, type Recipe, type RecipeCase, type RecipeStep } from '../recipe.js';

const scratch = '$'.concat('{TMP}');

const slow = (id: string): RecipeStep[] => [
  { fifo: id },
  { send: command('object-add', { 'qom-type': 'secret', id, file: `${scratch}/${id}` }, id) },
  { sleepMs: 80 },
];
const free = (id: string): RecipeStep => ({ release: id, data: 'x' });

export const ownQueue: Recipe = {
  group: 'own-queue',
  description: 'Several slow commands, ids that repeat, and what is read while they run',
  cases: (['negotiated', 'oob'] as const).flatMap((start): RecipeCase[] =>
    (
      [
        ['two slow ones, freed in order', [...slow('s1'), ...slow('s2'), free('s1'), 'record', free('s2'), 'record']],
        [
          'the same id twice',
          [...slow('s1'), { send: command('query-name', {}, 's1') }, 'record', free('s1'), 'record'],
        ],
        ['no ids', [...slow('s1'), { send: '{"execute": "query-name"}{}' }, 'record', free('s1'), 'record']],
        ['a lexical error in between', [...slow('s1'), { send: '@\n{"id": 2}' }, 'record', free('s1'), 'record']],
        [
          'a message that ends later',
          [...slow('s1'), { send: '{"id": ' }, 'record', free('s1'), 'record', { send: '2}' }, 'record'],
        ],
        [
          'a secret that is there already',
          [
            ...slow('s1'),
            { send: command('object-add', { 'qom-type': 'secret', id: 's1', data: 'd' }, 2) },
            free('s1'),
            'record',
          ],
        ],
        [
          'the object is taken away after',
          [
            ...slow('s1'),
            { send: command('object-del', { id: 's1' }, 2) + command('object-del', { id: 's1' }, 3) },
            'record',
            free('s1'),
            'record',
          ],
        ],
        [
          'stop and cont wait',
          [...slow('s1'), { send: command('cont', {}, 2) + command('stop', {}, 3) }, 'record', free('s1'), 'record'],
        ],
        [
          'negotiation again waits',
          [...slow('s1'), { send: command('qmp_capabilities', { enable: ['x'] }, 2) }, 'record', free('s1'), 'record'],
        ],
        ['quit waits', [...slow('s1'), { send: command('quit', {}, 2) }, 'record', free('s1'), 'record']],
      ] as [string, RecipeStep[]][]
    ).map(([name, steps]) => ({
      name: `${start}: ${name}`,
      layer: 'machine',
      tags: ['slow-command'],
      start,
      launch: { fresh: true },
      steps,
    })),
  ),
};
