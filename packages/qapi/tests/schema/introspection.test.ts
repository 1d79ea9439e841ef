import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compile, type FileReader, fromIntrospection, introspect, introspectionReply, type Schema } from 'qapi';
import { assertGolden } from '../golden.js';

const directory = fileURLToPath(new URL('../../tests/cases/', import.meta.url));
const read: FileReader = (path) => ({ text: readFileSync(directory + path, 'utf8') });

function schemaOf(text: string): Schema {
  const { schema, findings } = compile(() => ({ text }), 'a.json');
  assert.deepEqual(findings, []);
  assert.ok(schema !== undefined);
  return schema;
}

function kitchenSink(): Schema {
  const { schema } = compile(read, 'kitchen-sink.json', { dialect: '10.2' });
  assert.ok(schema !== undefined);
  return schema;
}

test('the kitchen sink is described as in the golden file, masked and with names', () => {
  const schema = kitchenSink();
  const lines = (entries: readonly unknown[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  assertGolden(`${directory}kitchen-sink.masked`, lines(introspect(schema).entries));
  assertGolden(`${directory}kitchen-sink.unmasked`, lines(introspect(schema, { unmask: true }).entries));
});

test('types are numbered in the order of their first use, arguments before results', () => {
  const schema = schemaOf(`{ 'struct': 'Ret', 'data': { 'a': 'Deep' } } { 'struct': 'Deep', 'data': {} }
{ 'command': 'go', 'data': { 'x': 'int8' }, 'returns': 'Ret' }
{ 'event': 'GONE' }`);
  assert.deepEqual(Object.fromEntries(introspect(schema).maskMap), {
    '0': 'q_obj_go-arg',
    '1': 'Ret',
    '2': 'q_empty',
    '3': 'Deep',
  });
});

test('all integer types become int, their arrays [int]', () => {
  const schema = schemaOf("{ 'command': 'go', 'data': { 'a': 'uint8', 'b': [ 'size' ], '*c': [ 'str' ] } }");
  const [, args] = introspectionReply(schema, new Set());
  assert.deepEqual(args?.members, [
    { name: 'a', type: 'int' },
    { name: 'b', type: '[int]' },
    { name: 'c', default: null, type: '[str]' },
  ]);
});

test('what is compiled out is left out, and keeps its number', () => {
  const schema = schemaOf(`{ 'struct': 'On', 'data': {}, 'if': 'ON' } { 'struct': 'Other', 'data': {} }
{ 'command': 'a', 'returns': 'On', 'if': { 'all': [ 'ON', { 'not': 'OFF' } ] } }
{ 'command': 'b', 'returns': 'Other', 'features': [ { 'name': 'fast', 'if': 'ON' } ] }`);
  const names = (...defines: string[]) => introspectionReply(schema, new Set(defines)).map(({ name }) => name);
  assert.deepEqual(names('ON'), ['a', 'b', '0', '1', '2']);
  assert.deepEqual(names('ON', 'OFF'), ['b', '0', '1', '2']);
  assert.deepEqual(names(), ['b', '0', '2']);
  assert.deepEqual(introspectionReply(schema, new Set())[0]?.features, []);
});

test('a reply becomes a schema that gives the same reply, with the names of the schema it came from', () => {
  const schema = kitchenSink();
  const defines = new Set(['ROUND', 'FLAT', 'HALT', 'SQUARE', 'NAMES', 'DEEP']);
  const reply = introspectionReply(schema, defines);
  const { schema: back, names, findings } = fromIntrospection(reply, schema);
  assert.deepEqual(findings, []);
  assert.ok(back !== undefined);
  const { maskMap } = introspect(schema);
  for (const [masked, name] of names) assert.equal(name, maskMap.get(masked));
  const byName = (list: readonly { name: string }[]) => [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
  const unmasked = introspectionReply(schema, defines, { unmask: true });
  assert.deepEqual(byName(introspectionReply(back, new Set(), { unmask: true })), byName(unmasked));
});

test('names are found by walking a schema of another version in step', () => {
  const older = schemaOf(`{ 'enum': 'Kind', 'data': [ 'a', 'b' ] }
{ 'struct': 'Info', 'data': { 'kind': 'Kind', 'parts': [ 'Part' ] } } { 'struct': 'Part', 'data': { 'size': 'int' } }
{ 'command': 'query-info', 'returns': [ 'Info' ] }`);
  const newer = schemaOf(`{ 'enum': 'Kind', 'data': [ 'a', 'b', 'c' ] } { 'struct': 'New', 'data': { 'n': 'int' } }
{ 'struct': 'Part', 'data': { 'size': 'int', '*new': 'New' } }
{ 'command': 'first', 'data': { 'n': 'New' } }
{ 'struct': 'Info', 'data': { 'parts': [ 'Part' ], '*kind': 'Kind' } }
{ 'command': 'query-info', 'returns': [ 'Info' ] }`);
  const { names } = fromIntrospection(introspectionReply(newer, new Set()), older);
  assert.deepEqual(Object.fromEntries(names), {
    '0': 'q_obj_first-arg',
    '1': 'q_empty',
    '2': 'Info',
    '3': 'FirstArgumentsN',
    '4': 'Part',
    '5': 'Kind',
  });
});

test('without a schema at hand types are named after their first use', () => {
  const schema = schemaOf(`{ 'enum': 'Kind', 'data': [ 'a' ] } { 'struct': 'Info', 'data': { 'the-kind': 'Kind' } }
{ 'command': 'query-info', 'data': { 'x': 'int' }, 'returns': [ 'Info' ] }`);
  const { schema: back } = fromIntrospection(introspectionReply(schema, new Set()));
  const written = [...(back?.types.values() ?? [])].filter(({ kind }) => kind === 'enum' || kind === 'object');
  assert.deepEqual(
    written.map(({ name }) => name),
    ['q_empty', 'QType', 'q_obj_query-info-arg', 'QueryInfoReturn', 'QueryInfoReturnTheKind'],
  );
});

const NONSENSE: readonly [claim: string, reply: unknown, message: RegExp][] = [
  ['is no list', { schema: [] }, /must be an array/],
  ['holds something else than objects', [1, null, 'x', []], /entry 0 must be an object/],
  ['has entries without a name', [{ 'meta-type': 'enum' }], /entry 0 lacks a string 'name'/],
  ['has an unknown meta-type', [{ name: 'x', 'meta-type': 'class' }], /unknown meta-type 'class'/],
  ['refers to nothing', [{ name: 'E', 'meta-type': 'event', 'arg-type': '9' }], /arg-type of 'E' is unknown type '9'/],
  [
    'refers to the wrong kind of type',
    [
      { name: 'E', 'meta-type': 'event', 'arg-type': 'int' },
      { name: 'int', 'meta-type': 'builtin', 'json-type': 'int' },
    ],
    /arg-type of 'E' must be object, not builtin 'int'/,
  ],
  ['nests arrays in themselves', [{ name: '[0]', 'meta-type': 'array', 'element-type': '[0]' }], /not array '\[0\]'/],
  [
    'has a tag that is no enum',
    [{ name: '0', 'meta-type': 'object', members: [], tag: 't', variants: [] }],
    /tag 't' of '0' must be a member of enum type/,
  ],
  ['has members that are no list', [{ name: '0', 'meta-type': 'object', members: {} }], /lacks an array 'members'/],
  [
    'has two entries of one name',
    [
      { name: '0', 'meta-type': 'enum', values: [] },
      { name: '0', 'meta-type': 'enum', values: [] },
    ],
    /'0' occurs twice/,
  ],
];

for (const [claim, reply, message] of NONSENSE) {
  test(`a reply that ${claim} is a finding`, () => {
    const { schema, findings } = fromIntrospection(reply);
    assert.equal(schema, undefined);
    assert.match(findings[0]?.message ?? '', message);
  });
}
