import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OutputPolicy, schemaTable, type TableCommand, tableCommands, tableEvents } from 'qapi';
import { compileText } from './compile-text.js';

const table = schemaTable(
  compileText(`
{ 'enum': 'Kind', 'data': [ 'plain', 'key' ] }
{ 'struct': 'Key', 'data': { 'token': { 'type': 'str', 'features': [ 'secret' ] }, '*next': 'Login' } }
{ 'union': 'Login', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'key': 'Key' } }
{ 'struct': 'Old', 'data': { 'name': 'str', '*alias': { 'type': 'str', 'features': [ 'deprecated' ] },
  '*x-load': { 'type': 'int', 'features': [ 'unstable' ] }, '*below': [ 'Old' ] } }
{ 'struct': 'View', 'data': { 'all': [ 'OldOrName' ] } }
{ 'alternate': 'OldOrName', 'data': { 'old': 'Old', 'name': 'str' } }
{ 'command': 'login', 'data': { 'logins': [ 'Login' ], '*pin': { 'type': 'int', 'features': [ 'secret' ] } },
  'allow-oob': true, 'features': [ 'unstable' ] }
{ 'command': 'look', 'returns': [ 'View' ] }
{ 'command': 'quit', 'success-response': false, 'allow-preconfig': true }
{ 'event': 'GONE', 'features': [ 'deprecated' ] }
{ 'event': 'MOVED', 'data': { 'from': 'Old', '*was': { 'type': 'str', 'features': [ 'deprecated' ] } } }
{ 'event': 'STAYED', 'data': { 'where': 'str' } }
{ 'event': 'ENTERED', 'data': { 'who': 'str', 'with': 'Login' } }
`),
);
const nothing = () => undefined;

function command(name: string): TableCommand<() => undefined> {
  const [found] = tableCommands(table, { [name]: nothing });
  assert.ok(found);
  return found;
}

test('a command has the checks and the flags of its schema', () => {
  const { validate, allowOob, allowPreconfig, successResponse, features } = command('login');
  assert.equal(validate({}), "Parameter 'logins' is missing");
  assert.deepEqual([allowOob, allowPreconfig, successResponse, features], [true, false, true, ['unstable']]);
  const quit = command('quit');
  assert.deepEqual([quit.allowOob, quit.allowPreconfig, quit.successResponse], [false, true, false]);
});

test('members with the feature secret are found at any depth, through circles too', () => {
  assert.deepEqual([...command('login').secrets].sort(), ['pin', 'token']);
  assert.deepEqual(command('look').secrets, []);
});

test('secrets in the data of events are found too', () => {
  const secrets = Object.fromEntries(tableEvents(table).map((event) => [event.name, event.secrets]));
  assert.deepEqual(secrets, { GONE: undefined, MOVED: undefined, ENTERED: ['token'] });
});

test('a handler whose command the schema does not have is refused', () => {
  assert.throws(() => tableCommands(table, { lock: nothing }), /no command "lock"/);
});

test('a policy hides members of results by their features, through arrays, alternates and circles', () => {
  const { output } = command('look');
  const value = [
    'name',
    { name: 'a', alias: 'b', 'x-load': 1, below: [{ name: 'c', alias: 'd', 'x-load': 2 }], other: { alias: 1 } },
  ];
  const views = [{ all: value }];
  const shown = (policy: OutputPolicy) => output?.(views, policy)[0]?.all;
  assert.equal(shown({}), value);
  assert.deepEqual(shown({ deprecatedOutput: 'hide' }), [
    'name',
    { name: 'a', 'x-load': 1, below: [{ name: 'c', 'x-load': 2 }], other: { alias: 1 } },
  ]);
  assert.deepEqual(shown({ unstableOutput: 'hide' }), [
    'name',
    { name: 'a', alias: 'b', below: [{ name: 'c', alias: 'd' }], other: { alias: 1 } },
  ]);
  assert.equal(command('login').output, undefined);
});

test('events that a policy may hide are known by their features, their data by its members', () => {
  const [gone, moved, ...rest] = tableEvents(table);
  assert.deepEqual([gone?.name, gone?.features, moved?.name], ['GONE', ['deprecated'], 'MOVED']);
  // This one is there for its secret.
  assert.deepEqual(
    rest.map(({ name, features }) => [name, features]),
    [['ENTERED', []]],
  );
  const data = { from: { name: 'a', alias: 'b' }, was: 'c' };
  assert.deepEqual(moved?.output?.(data, { deprecatedOutput: 'hide' }), { from: { name: 'a' } });
});
