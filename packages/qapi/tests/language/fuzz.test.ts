import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compile, createSource, formatFinding, parse, print, printValue, renderFinding, type Value } from 'qapi';
import { outline, plain } from './outline.js';

/** How long each property may run; a failure prints the seed to repeat it with. */
const BUDGET = { interruptAfterTimeLimit: Number(process.env.FUZZ_MS ?? 1500), numRuns: 20_000 };

const files = (text: string) => (path: string) =>
  path === 'main.json' ? { text } : { error: 'No such file or directory' };

/** Compiles and writes out all that is said; nothing may throw. */
function exercise(text: string): void {
  for (const dialect of ['6.2', '8.1', '9.0', '10.2', 'auto'] as const) {
    const { schema, findings } = compile(files(text), 'main.json', { dialect });
    assert.equal(schema === undefined, findings.length > 0);
    for (const finding of findings.slice(0, 20)) {
      assert.ok(finding.line >= 1 && finding.column >= 1);
      assert.ok(formatFinding(finding).length > 0);
      assert.ok(renderFinding(finding).includes(`:${finding.line}:${finding.column}: `));
    }
  }
}

const PIECES = [
  ...['{', '}', '[', ']', ':', ',', ' ', '\n', '#', '##', '\n##\n', "'", '\\', '\t', '\r', '\u00a0', '\ufeff', '\0'],
  ...["'struct'", "'data'", "'union'", "'base'", "'discriminator'", "'enum'", "'command'", "'event'", "'alternate'"],
  ...["'if'", "'all'", "'not'", "'features'", "'boxed'", "'returns'", "'include'", "'pragma'", "'main.json'", 'true'],
  ...["'Aa'", "'Bb'", "'*a'", "'str'", "'int'", "'x-y'", "'GO'", "'type'", "'name'", "'doc-required'", 'false'],
  ...['# @Aa:', '# @a: text', '#', '# Since: 1', '# Returns: x', '#     more', '# Features:', '# One. Two', '# ::'],
];

test('no text of the language in pieces makes the compiler throw', () => {
  const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));
  fc.assert(fc.property(text, exercise), BUDGET);
});

test('no text at all makes the compiler throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), exercise), BUDGET);
});

const name = fc.constantFrom('Aa', 'Bb', 'Cc', 'Dd', 'Ee', 'str', 'int', 'any', 'null', 'QType', 'AaList', 'q_empty');
const type = fc.oneof(name, fc.tuple(name));
const features = fc.array(fc.constantFrom('fast', 'deprecated', 'unstable'), { maxLength: 2 });
const condition = fc.oneof(fc.constant('X'), fc.constant({ not: 'X' }), fc.constant({ all: ['X', { any: ['Y'] }] }));
const member = fc.oneof(type, fc.record({ type, if: condition, features }, { requiredKeys: ['type'] }));
const members = fc.dictionary(fc.constantFrom('a', '*b', 'c-d', '*c_d', 't', 'u'), member, { maxKeys: 4 });
const definition = fc.oneof(
  fc.record({ struct: name, data: members, base: name, if: condition }, { requiredKeys: ['struct', 'data'] }),
  fc.record({ enum: name, data: fc.array(fc.constantFrom('a', 'b', 'on', '1x')), features }),
  fc.record({ union: name, base: fc.oneof(name, members), discriminator: fc.constant('t'), data: members }),
  fc.record({ alternate: name, data: members }),
  fc.record(
    { command: fc.constantFrom('go', 'run'), data: fc.oneof(name, members), returns: type, boxed: fc.constant(true) },
    { requiredKeys: ['command'] },
  ),
  fc.record({ event: fc.constantFrom('GO', 'RUN'), data: fc.oneof(name, members) }, { requiredKeys: ['event'] }),
);

function toText(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[ ${value.map(toText).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `'${key}': ${toText(each)}`)
    .join(', ')} }`;
}

test('no set of definitions makes the compiler throw, however they refer to each other', () => {
  const schema = fc.array(definition, { maxLength: 8 }).map((all) => all.map(toText).join('\n'));
  fc.assert(fc.property(schema, exercise), BUDGET);
});

/** What a string of the language can hold: no quote. */
const word = fc.string({ unit: 'grapheme-ascii' }).map((text) => text.replaceAll("'", ''));

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word.map((text): Value => ({ kind: 'string', value: text, offset: 0 })),
    fc.boolean().map((truth): Value => ({ kind: 'boolean', value: truth, offset: 0 })),
    fc.array(tie('value')).map((items): Value => ({ kind: 'list', items, offset: 0 })),
    fc.dictionary(word, tie('value')).map((members): Value => {
      const entries = Object.entries(members).map(([key, each]) => [key, { key, keyOffset: 0, value: each }] as const);
      return { kind: 'object', members: new Map(entries), offset: 0 };
    }),
  ),
})).value;

test('any value prints to text that parses to the same value', () => {
  const property = fc.property(value, (each) => {
    const tree = parse(createSource('a.json', `{ 'x': ${printValue(each)} }`));
    const [item] = tree.items;
    assert.ok(item?.kind === 'expression');
    assert.deepEqual(plain(item.value), { members: [['x', plain(each)]] });
    assert.deepEqual(outline(parse(createSource('a.json', print(tree)))), outline(tree));
  });
  fc.assert(property, BUDGET);
});
