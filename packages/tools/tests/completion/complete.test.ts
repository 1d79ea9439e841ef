import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletionSource } from '#src/completion/candidate.js';
import { complete } from '#src/completion/complete.js';
import type { LookupKind } from '#src/completion/lookup-kind.js';
import { ServerSchema } from '#src/schema/server-schema.js';
import { e1000Properties, fixtureReply } from '../support/fixture-schema.js';

const names: Partial<Record<LookupKind, string[]>> = {
  device: ['disk0', 'disk1'],
  node: ['node0'],
  'device-type': ['e1000', 'virtio-blk-pci'],
  netdev: ['lan'],
  bus: ['pci.0'],
  'qom-path': ['/machine/', '/objects/'],
};

const learned = new ServerSchema(fixtureReply);

const source: CompletionSource = {
  schema: learned,
  commandNames: [],
  localNames: ['events', 'exit', 'log'],
  learn: async (command, given) => {
    if (command === 'device_add' && given('driver') === 'e1000') learned.learnDevice('e1000', e1000Properties);
  },
  lookup: async (kind) => {
    const known = names[kind];
    if (known === undefined) throw new Error('the machine does not answer');
    return known;
  },
};

async function words(text: string, from: Partial<CompletionSource> = {}): Promise<string[]> {
  const completion = await complete(text, { ...source, ...from });
  return completion.candidates.map((candidate) => text.slice(0, completion.from) + candidate.text + candidate.suffix);
}

test('command names complete from the schema', async () => {
  assert.deepEqual(await words('query-'), ['query-name ', 'query-status ']);
  assert.deepEqual(await words('  qui'), ['  quit ']);
  assert.deepEqual(await words('tr'), ['transaction(']);
  assert.deepEqual(await words('help qui'), ['help quit ']);
  assert.deepEqual(await words('?qui'), ['?quit ']);
  assert.deepEqual(await words('oob y'), ['oob yank ']);
  assert.deepEqual(await words('.e'), ['.events ', '.exit ']);
});

test('command names complete without a schema too', async () => {
  assert.deepEqual(await words('guest-p', { schema: undefined, commandNames: ['guest-ping', 'guest-sync'] }), [
    'guest-ping ',
  ]);
});

test('argument names complete, the needed ones first and the given ones not again', async () => {
  assert.deepEqual(await words('blockdev-add '), [
    'blockdev-add driver=',
    'blockdev-add node-name=',
    'blockdev-add cache.',
  ]);
  assert.deepEqual(await words('blockdev-add driver=file '), [
    'blockdev-add driver=file filename=',
    'blockdev-add driver=file node-name=',
    'blockdev-add driver=file cache.',
    'blockdev-add driver=file locking=',
  ]);
  const list = await complete('human-monitor-command ', source);
  assert.deepEqual(
    list.candidates.map((candidate) => candidate.note),
    ['str (needed)', 'int'],
  );
});

test('nested names complete through unions and alternates', async () => {
  assert.deepEqual(await words('blockdev-add driver=qcow2 file.driver=file file.f'), [
    'blockdev-add driver=qcow2 file.driver=file file.filename=',
  ]);
  assert.deepEqual(await words('blockdev-add cache.'), ['blockdev-add cache.direct=']);
});

test('enum values and booleans complete, also inside a list', async () => {
  assert.deepEqual(await words('set-all mode='), [
    'set-all mode=incremental ',
    'set-all mode=full ',
    'set-all mode=none ',
  ]);
  assert.deepEqual(await words('set-all force=t'), ['set-all force=true ']);
  assert.deepEqual(await words('blockdev-add driver=q'), ['blockdev-add driver=qcow2 ']);
});

test('members and values complete inside brackets', async () => {
  assert.deepEqual(await words('blockdev-add driver=qcow2 file={'), [
    'blockdev-add driver=qcow2 file={"driver": ',
    'blockdev-add driver=qcow2 file={"node-name": ',
    'blockdev-add driver=qcow2 file={"cache": {',
  ]);
  assert.deepEqual(await words('blockdev-add driver=qcow2 file={"driver":"fi'), [
    'blockdev-add driver=qcow2 file={"driver":"file"',
  ]);
  assert.deepEqual(await words("blockdev-add driver=qcow2 file={'driver': 'file', 'f"), [
    "blockdev-add driver=qcow2 file={'driver': 'file', 'filename': ",
  ]);
  assert.deepEqual(await words('blockdev-add driver=qcow2 file={driver:file,cache:{dir'), [
    'blockdev-add driver=qcow2 file={driver:file,cache:{"direct": ',
  ]);
  assert.deepEqual(await words('blockdev-add cache={"direct": t'), ['blockdev-add cache={"direct": true']);
  assert.deepEqual(await words('transaction(\nsnapshot node="a" o'), ['transaction(\nsnapshot node="a" overlay=']);
});

test('a message typed as JSON completes as far as the schema goes', async () => {
  assert.deepEqual(await words('{'), ['{"execute": "', '{"exec-oob": "', '{"arguments": {', '{"id": ']);
  assert.deepEqual(await words('{"execute": "query-s'), ['{"execute": "query-status"']);
  assert.deepEqual(await words('{"exec-oob": "'), ['{"exec-oob": "yank"']);
  assert.deepEqual(await words('{"execute": "device_del", "a'), ['{"execute": "device_del", "arguments": {']);
  const del = '{"execute": "device_del", "arguments": {';
  assert.deepEqual(await words(del), [`${del}"id": `]);
  assert.deepEqual(await words(`${del}"id": "disk`), [`${del}"id": "disk0"`, `${del}"id": "disk1"`]);
  const actions = '{"execute": "transaction", "arguments": {"actions": [{"type": "abort", "data": {}}, ';
  assert.deepEqual(await words(`${actions}{"type": "sn`), [`${actions}{"type": "snapshot"`]);
  assert.deepEqual(await words(`${actions}{"type": "snapshot", "data": {"n`), [
    `${actions}{"type": "snapshot", "data": {"node": `,
  ]);
});

test('broken or finished brackets have no candidates', async () => {
  for (const text of [
    '{"execute": "quit"}',
    '{"execute" "quit',
    '{"execute": "quit" ',
    '{"execute": "nonsense", "arguments": {',
    '{"execute": "device_del", "arguments": {"id": {',
    '{{',
    'set-all names=[a]b',
    'blockdev-add nonsense={"',
    'set-all free={"a": [{"b": "',
  ])
    assert.deepEqual(await words(text), [], text);
});

test('names of the running machine complete', async () => {
  assert.deepEqual(await words('device_del id=d'), ['device_del id=disk0 ', 'device_del id=disk1 ']);
  assert.deepEqual(await words('device_add driver=v'), ['device_add driver=virtio-blk-pci ']);
});

test('properties of the device that is added complete, with what the server says of them', async () => {
  const line = 'device_add driver=e1000 ';
  assert.deepEqual(await words(`${line}m`), [`${line}mac=`, `${line}multifunction=`]);
  const list = await complete(line, source);
  assert.deepEqual(
    list.candidates.map(({ text, note }) => `${text}: ${note}`),
    [
      'id: str',
      'addr: int32  Slot and function, by default -1',
      'disable-legacy: OnOffAuto  on/off/auto, by default auto',
      'mac: str  MAC address',
      'multifunction: bool  on/off, by default false',
      'netdev: str',
      'x-experiment: bool',
    ],
  );
  assert.deepEqual(await words(`${line}multifunction=t`), [`${line}multifunction=true `]);
  assert.deepEqual(await words(`${line}disable-legacy=a`), [`${line}disable-legacy=auto `]);
  assert.deepEqual(await words(`${line}netdev=`), [`${line}netdev=lan `]);
  assert.deepEqual(await words('device_add driver=other m'), []);
});

test('properties of the device complete inside of raw JSON', async () => {
  const raw = '{"execute": "device_add", "arguments": {"driver": "e1000", ';
  assert.deepEqual(await words(`${raw}"ma`), [`${raw}"mac": `]);
  assert.deepEqual(await words(`${raw}"multifunction": `), [
    `${raw}"multifunction": true`,
    `${raw}"multifunction": false`,
  ]);
  assert.deepEqual(await words(`${raw}"disable-legacy": "o`), [
    `${raw}"disable-legacy": "on"`,
    `${raw}"disable-legacy": "off"`,
  ]);
  assert.deepEqual(await words(`${raw}"netdev": "`), [`${raw}"netdev": "lan"`]);
});

test('a name that the command gives is not looked for among those that exist', async () => {
  assert.deepEqual(await words('blockdev-add driver=file node-name='), []);
  assert.deepEqual(await words('blockdev-add driver=qcow2 file='), ['blockdev-add driver=qcow2 file=node0 ']);
});

test('a machine that does not answer costs candidates, nothing else', async () => {
  assert.deepEqual(await words('set-all text=', { lookup: () => Promise.reject(new Error('gone')) }), []);
  assert.deepEqual(await words('device_del id=', { lookup: () => Promise.reject(new Error('gone')) }), []);
});

test('actions of a transaction complete with their arguments', async () => {
  assert.deepEqual(await words('transaction(\nsn'), ['transaction(\nsnapshot ']);
  assert.deepEqual(await words('transaction(\nabort\nsnapshot node=a o'), [
    'transaction(\nabort\nsnapshot node=a overlay=',
  ]);
});

test('text that cannot be completed has no candidates', async () => {
  for (const text of [
    'nonsense a',
    'device_del id',
    'set-all text="a b',
    'set-all x',
    'set-all count=1',
    'x = ',
    'set-all cache.x.y=',
  ])
    assert.ok((await words(text)).length <= 1, text);
  assert.deepEqual(await words('device_del disk0 '), []);
});
