import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyApi, connect, LiveSchema, QmpError } from 'qmp';
import type { SchemaInfo } from 'qmp/api';
import type { JsonObject } from 'qmp/json';
import { FakeClock, ScriptedPeer } from 'qmp/testing';
import { pair } from './peer.js';

const code = (expected: string) => (error: unknown) => QmpError.is(error) && error.code === expected;

const schema: SchemaInfo[] = [
  { name: 'add', 'meta-type': 'command', 'arg-type': '1', 'ret-type': '2' },
  { name: 'old', 'meta-type': 'command', 'arg-type': '0', 'ret-type': '0', features: ['deprecated'] },
  { name: 'GONE', 'meta-type': 'event', 'arg-type': '2' },
  { name: '0', 'meta-type': 'object', members: [] },
  {
    name: '1',
    'meta-type': 'object',
    members: [
      { name: 'driver', type: '3' },
      { name: 'x-trick', type: 'int', features: ['unstable'] },
      { name: 'children', type: '[1]' },
    ],
    tag: 'driver',
    variants: [{ case: 'file', type: '4' }],
  },
  { name: '[1]', 'meta-type': 'array', 'element-type': '1' },
  { name: '2', 'meta-type': 'object', members: [{ name: 'reason', type: 'str' }] },
  {
    name: '3',
    'meta-type': 'enum',
    members: [{ name: 'file' }, { name: 'nbd', features: ['deprecated'] }],
    values: ['file', 'nbd'],
  },
  { name: '4', 'meta-type': 'object', members: [{ name: 'filename', type: 'str' }] },
];

test('a live schema answers what a path leads to', () => {
  const live = new LiveSchema(schema);
  const yes: [string, string?][] = [
    ['add'],
    ['GONE'],
    ['GONE', 'data.reason'],
    ['add', 'arguments.driver'],
    ['add', 'arguments.filename'],
    ['add', 'arguments.children.filename'],
    ['add', 'arguments.driver=nbd'],
    ['add', 'return.reason'],
    ['add', 'arguments.x-trick@unstable'],
    ['old', '@deprecated'],
  ];
  const no: [string, string?][] = [
    ['missing'],
    ['1'],
    ['add', 'arguments.nothing'],
    ['add', 'data.reason'],
    ['GONE', 'return.reason'],
    ['add', 'arguments.driver=iscsi'],
    ['add', 'arguments.filename=x'],
    ['add', '@deprecated'],
    ['add', 'nonsense'],
  ];
  for (const [name, path] of yes) assert.equal(live.supports(name, path), true, `${name} ${path}`);
  for (const [name, path] of no) assert.equal(live.supports(name, path), false, `${name} ${path}`);
});

test('the schema is fetched once, when first asked', async () => {
  const { client, peer } = await pair();
  let fetched = 0;
  peer.answer = () => {
    fetched++;
    return `{"return": ${JSON.stringify(schema)}}\r\n`;
  };
  assert.equal(await client.supports('add'), true);
  assert.equal(await client.supports('add', 'arguments.driver'), true);
  assert.equal(fetched, 1);
  assert.equal(await client.ifSupports('query-status'), undefined);
  await client.close();
});

test('what is deprecated or unstable is told once, from the list known before and from the live schema', async () => {
  const { client, peer } = await pair();
  const status = client.status();
  peer.answer = ({ execute }) => `{"return": ${execute === 'query-qmp-schema' ? JSON.stringify(schema) : '{}'}}\r\n`;
  await client.execute('block-job-pause');
  await client.execute('block-job-pause');
  await client.schema();
  await client.execute('add', { driver: 'nbd', 'x-trick': 1, children: [{ driver: 'nbd' }] });
  await client.execute('old');
  await client.execute('old');
  await client.close();
  const told: string[] = [];
  for await (const item of status) if (item.type === 'warning') told.push(`${item.feature}: ${item.what}`);
  assert.deepEqual(told, [
    'deprecated: command "block-job-pause"',
    'deprecated: value "nbd" of "add"',
    'unstable: argument "x-trick" of "add"',
    'deprecated: command "old"',
  ]);
});

test('before the schema was fetched, arguments and their values are told from the list too, at any depth', async () => {
  const { client, peer } = await pair();
  const status = client.status();
  peer.answer = () => '{"return": {}}\r\n';
  await client.execute('block-commit', { device: 'd', top: 't', base: 'b' });
  await client.execute('block-commit', { device: 'd', top: 't' });
  await client.execute('blockdev-add', {
    driver: 'raw',
    file: { driver: 'gluster', volume: 'v', path: 'p', server: [{ type: 'unix', path: 's' }] },
  });
  await client.execute('migrate-set-capabilities', { capabilities: [{ capability: 'x-colo', state: true }] });
  await client.execute('blockdev-add', { driver: 'raw', file: 'top' });
  await client.execute('toString');
  await client.close();
  const told: string[] = [];
  for await (const item of status) if (item.type === 'warning') told.push(`${item.feature}: ${item.what}`);
  assert.deepEqual(told, [
    'deprecated: argument "top" of "block-commit"',
    'deprecated: argument "base" of "block-commit"',
    'deprecated: value "gluster" of "blockdev-add"',
    'unstable: value "x-colo" of "migrate-set-capabilities"',
  ]);
  assert.equal(
    peer.sent.some(({ execute }) => execute === 'query-qmp-schema'),
    false,
    'nothing is sent that nobody asked for',
  );
});

test('on request it is refused, before it is sent', async () => {
  const { client, peer } = await pair({ usage: { unstable: 'refuse', deprecated: 'accept' } });
  peer.answer = ({ execute }) => `{"return": ${execute === 'query-qmp-schema' ? JSON.stringify(schema) : '{}'}}\r\n`;
  await assert.rejects(
    client.execute('add', { driver: 'file', 'x-trick': 1 }),
    (error: QmpError) => error.code === 'QMP_POLICY' && /"x-trick" of "add" is unstable/.test(error.message),
  );
  await client.execute('old');
  assert.deepEqual(
    peer.sent.map(({ execute }) => execute),
    ['query-qmp-schema', 'old'],
  );
  await client.close();
});

test('after a reconnect to another version it is that version’s word that counts', async () => {
  const clock = new FakeClock();
  const older = schema.filter(({ name }) => name !== 'old');
  const one = new ScriptedPeer({ schema, version: { major: 7, minor: 2, micro: 0 } });
  const two = new ScriptedPeer({ schema: older, version: { major: 10, minor: 0, micro: 0 } });
  const peers = [one, two];
  const client = await connect<AnyApi>(() => (peers.shift() ?? two).open(), { clock, reconnect: true });
  assert.equal(await client.supports('old'), true);
  await one.drop();
  await clock.advance(1000);
  assert.equal(client.version?.qemu.major, 10);
  assert.equal(await client.supports('old'), false);
  await client.close();
});

const nameless = ({ execute, id }: JsonObject): string | undefined => {
  const tail = `${id === undefined ? '' : `,"id":${id}`}}\r\n`;
  if (execute !== 'query-qmp-schema') return `{"return":{}${tail}`;
  return `{"error":{"class":"CommandNotFound","desc":"The command query-qmp-schema has not been found"}${tail}`;
};

test('a server that has no schema to ask is held to the list that is known', async () => {
  const { client, peer } = await pair({ usage: { deprecated: 'refuse' } });
  peer.answer = nameless;
  assert.deepEqual(await client.execute('query-name'), {});
  await assert.rejects(client.execute('block-job-pause', { device: 'd' }), code('QMP_POLICY'));
  assert.deepEqual(
    peer.sent.map(({ execute }) => execute),
    ['query-qmp-schema', 'query-name'],
  );
  await client.close();
});

test('a command that waits for the schema heeds its signal and its time, and is not sent afterwards', async () => {
  const clock = new FakeClock();
  const { client, peer } = await pair({ clock, usage: { unstable: 'refuse' } });
  const controller = new AbortController();
  const aborted = assert.rejects(client.execute('a', {}, { signal: controller.signal }), code('QMP_ABORTED'));
  const late = assert.rejects(client.execute('b', {}, { timeout: 100 }), code('QMP_COMMAND_TIMEOUT'));
  controller.abort();
  await aborted;
  await clock.advance(200);
  await late;
  peer.reply(undefined, schema as unknown as JsonObject[]);
  await clock.advance(1);
  assert.deepEqual(
    peer.sent.map(({ execute }) => execute),
    ['query-qmp-schema'],
  );
  await client.close();
});
