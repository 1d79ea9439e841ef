import { command, type Recipe, type RecipeCase, type RecipeStep } from '../recipe.js';

const inject = (event: string, data: { [name: string]: string | number | boolean }): RecipeStep => ({
  inject: { event, data },
});
const balloon = (mebibytes: number) => inject('BALLOON_CHANGE', { actual: mebibytes << 20 });
const port = (id: string, open: boolean) => inject('VSERPORT_CHANGE', { id, open });
const wait = (milliseconds: number): RecipeStep => ({ advanceMs: milliseconds });

function throttled(name: string, steps: readonly RecipeStep[], rest: Partial<RecipeCase> = {}): RecipeCase {
  const launch = { fresh: true, inject: true, ...rest.launch };
  return { name, layer: 'machine', tags: ['inject'], steps, ...rest, launch };
}

export const ownThrottle: Recipe = {
  group: 'own-throttle',
  description: 'Rate-limited events in longer runs: who gets them, in what order, and what stays behind',
  cases: [
    throttled('three windows in a row', [
      ...[balloon(8), 'record', balloon(9), balloon(10), 'record', wait(1100), 'record'],
      ...[balloon(11), 'record', wait(1100), 'record', wait(1100), balloon(12), 'record'],
    ] as RecipeStep[]),
    throttled('two ports, each with its own window', [
      ...[port('port-a', true), port('port-b', true), 'record'],
      ...[port('port-a', false), port('port-b', false), 'record', wait(1100), 'record'],
    ] as RecipeStep[]),
    throttled('there and back within a window', [
      ...[port('port-a', true), 'record', port('port-a', false), port('port-a', true), 'record', wait(1100), 'record'],
    ] as RecipeStep[]),
    throttled('commands are answered while an event is held', [
      ...[balloon(8), 'record', balloon(9), { send: command('query-name', {}, 1) }, 'record', wait(1100), 'record'],
    ] as RecipeStep[]),
    throttled('half a message while the held event comes', [
      ...[balloon(8), 'record', balloon(9), { send: '{"execute": "query-na' }, wait(1100), 'record'],
      ...[{ send: 'me"}' }, 'record'],
    ] as RecipeStep[]),
    throttled('a client that left before the end of the window', [
      ...[balloon(8), 'record', balloon(9), { close: 'a' }, wait(1100), { open: 'a' }, 'record'],
      ...[balloon(10), 'record'],
    ] as RecipeStep[]),
    throttled(
      'a client that negotiates within the window',
      [
        ...[
          { send: command('qmp_capabilities', {}, 0) },
          'record',
          balloon(8),
          'record',
          balloon(9),
          'record',
          wait(1100),
          'record',
        ],
      ] as RecipeStep[],
      { start: 'greeted' },
    ),
    throttled(
      'raised before negotiation, held until after',
      [
        ...[
          balloon(8),
          balloon(9),
          'record',
          { send: command('qmp_capabilities', {}, 0) },
          'record',
          wait(1100),
          'record',
        ],
      ] as RecipeStep[],
      { start: 'greeted' },
    ),
    throttled(
      'with out-of-band enabled',
      [
        ...[
          balloon(8),
          'record',
          balloon(9),
          { send: '{"exec-oob": "absent", "id": 1}' },
          'record',
          wait(1100),
          'record',
        ],
      ] as RecipeStep[],
      { start: 'oob' },
    ),
    throttled('on a pretty monitor', [...[balloon(8), 'record', balloon(9), wait(1100), 'record']] as RecipeStep[], {
      launch: { pretty: true },
    }),
    throttled('what is not limited passes by what is held', [
      ...[
        balloon(8),
        'record',
        balloon(9),
        { send: command('stop', {}, 1) + command('cont', {}, 2) },
        'record',
        wait(1100),
        'record',
      ],
    ] as RecipeStep[]),
  ],
};
