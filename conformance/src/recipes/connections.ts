import { command, type Recipe, type RecipeCase, type RecipeStep } from '../recipe.js';

const reconnected = (name: string, steps: readonly RecipeStep[], rest: Partial<RecipeCase> = {}): RecipeCase => ({
  name,
  layer: 'wire',
  steps,
  ...rest,
});
const again: readonly RecipeStep[] = [{ sleepMs: 30 }, { close: 'a' }, { open: 'a' }];

export const ownConnections: Recipe = {
  group: 'own-connections',
  description: 'What a new client finds after what the last one left, and sides that close',
  cases: [
    ...Object.entries({
      'half a number': '{"id": 12',
      'half a keyword': '{"id": tru',
      'half an escape': '{"id": "\\u00',
      'open braces': '{{{[[[',
      'open brackets': '[[[[',
      'a lone quote': "'",
      'a keyword at the end': 'null',
      'a number at the end': '12',
      recovery: '@ skipped',
    }).map(([name, text]) =>
      reconnected(`${name} left behind`, [{ send: text }, ...again, { send: '1}{"id": 1}\n' }, 'record']),
    ),
    reconnected('half-closed in the middle of a message', [{ send: '{"id": ' }, { halfClose: 'a' }, 'record']),
    reconnected('half-closed within a string', [{ send: '{"id": "abc' }, { halfClose: 'a' }, 'record']),
    reconnected('half-closed within a keyword', [{ send: '{"id": 1}nul' }, { halfClose: 'a' }, 'record']),
    reconnected('half-closed before anything', [{ halfClose: 'a' }, 'record']),
    reconnected('half-closed before negotiation', [{ halfClose: 'a' }, 'record'], { start: 'greeted' }),
    reconnected('half-closed right after the greeting', [{ halfClose: 'a' }, 'record'], { start: 'raw' }),
    reconnected('many commands, then half-closed', [
      { send: Array.from({ length: 40 }, (_, index) => `{"execute": "absent", "id": ${index}}`).join('') },
      { halfClose: 'a' },
      'record',
    ]),
    reconnected(
      'negotiates and half-closes',
      [{ send: `${command('qmp_capabilities', {}, 1)}{"execute": "absent", "id": 2}` }, { halfClose: 'a' }, 'record'],
      { start: 'greeted' },
    ),
    reconnected('three clients, one after the other', [
      { send: '{"id": 1}' },
      'record',
      ...again,
      { send: '{"id": 2}' },
      'record',
      ...again,
      { send: '{"id": 3}' },
      'record',
    ]),
  ],
};

const parts = (...texts: readonly string[]): RecipeStep[] =>
  texts.flatMap((text): RecipeStep[] => [{ send: text }, 'record']);

export const ownPieces: Recipe = {
  group: 'own-pieces',
  description: 'Messages that come in pieces with time between them: when they are answered',
  cases: [
    ...Object.entries({
      'number, then blank': ['{"id": 1}12', ' '],
      'number, then letter': ['12', 'a\n'],
      'number, then quote': ['12', '"x"'],
      'minus, then digit': ['-', '1 '],
      'minus, then letter': ['-', 'a\n'],
      'digits, dot, digits': ['1', '.', '5', ' '],
      'dot without digits': ['1.', ' '],
      'exponent in pieces': ['1', 'e', '+', '2', ' '],
      'exponent without digits': ['1e', ' '],
      'zero, then digit': ['0', '1 '],
      'keyword, then comma': ['null', ','],
      'keyword, then brace': ['true', '}'],
      'keyword in letters': ['n', 'u', 'l', 'l', '\n'],
      'two keywords': ['true', 'false ', ' '],
      'string, then nothing': ['"x"'],
      'quote in two strings': ['"a', '"', "'b", "'"],
      'brace, then brace': ['{', '}'],
      'message, then comma': ['{"id": 1}', ',', '{"id": 2}'],
      'name, colon, value': ['{"id"', ':', '1', '}'],
      'backslash, then quote': ['{"id": "\\', '"', '"}'],
      'surrogates apart': ['{"id": "\\ud83d', '\\ude00"}'],
      'surrogate alone': ['{"id": "\\ud83d', 'x"}'],
      'brackets that cross': ['[', '}', ']'],
      'stray, then message': ['@', '{"id": 1}'],
      'stray, blank, message': ['@x ', '\n', '{"id": 1}'],
      'stray in a message': ['{"id": @', '}', '{"id": 2}'],
      'message and a half': ['{"id": 1}{"id":', '2}'],
      'newline in a string': ['{"id": "a', '\n', '"}\n'],
      'carriage return only': ['{"id": 1}\r', '\r', '{"id": 2}\r'],
    }).map(([name, texts]): RecipeCase => ({ name, layer: 'wire', steps: parts(...texts) })),
  ],
};
