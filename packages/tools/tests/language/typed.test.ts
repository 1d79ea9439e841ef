import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '#src/language/input-error.js';
import { parseStatement, type Statement } from '#src/language/statement.js';
import { typeCall, typeTransaction } from '#src/language/typed.js';
import { ServerSchema } from '#src/schema/server-schema.js';
import { e1000Properties, fixtureReply, fixtureSchema } from '../support/fixture-schema.js';

function args(text: string, schema: ServerSchema | undefined = fixtureSchema): unknown {
  const { call } = parseStatement(text) as Extract<Statement, { kind: 'command' }>;
  return typeCall(call, schema).args;
}

function transaction(text: string, schema: ServerSchema | undefined = fixtureSchema): unknown {
  const { actions } = parseStatement(text) as Extract<Statement, { kind: 'transaction' }>;
  return typeTransaction(actions, schema).args;
}

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    assert.ok(error instanceof InputError);
    return error.hint === undefined ? error.message : `${error.message} | ${error.hint}`;
  }
  assert.fail('accepted');
}

test('a number stays a string where the schema says string', () => {
  assert.deepEqual(args('device_del id=1'), { id: '1' });
  assert.deepEqual(args('set-all text=true names=[1,null,x]'), { text: 'true', names: ['1', 'null', 'x'] });
});

test('without a schema a value is what it looks like', () => {
  const { call } = parseStatement('device_del id=1') as Extract<Statement, { kind: 'command' }>;
  assert.deepEqual(typeCall(call, undefined).args, { id: 1 });
});

test('integers take sizes, booleans take on and off, enums take their names', () => {
  assert.deepEqual(args('set-all count=10G ratio=2 force=on mode=full numbers=[1,0x10]'), {
    count: 10 * 1024 ** 3,
    ratio: 2,
    force: true,
    mode: 'full',
    numbers: [1, 16],
  });
});

test('alternates and branches of unions are chosen by what is given', () => {
  assert.deepEqual(args('blockdev-add driver=qcow2 file=node0'), { driver: 'qcow2', file: 'node0' });
  assert.deepEqual(args('blockdev-add driver=qcow2 file.driver=file file.filename=1'), {
    driver: 'qcow2',
    file: { driver: 'file', filename: '1' },
  });
  assert.deepEqual(args('set-all backing=null'), { backing: null });
  assert.deepEqual(args('set-all backing="null"'), { backing: 'null' });
});

test('a command with free arguments takes any', () => {
  assert.deepEqual(args('device_add driver=nic id=1 addr=5'), { driver: 'nic', id: '1', addr: 5 });
  assert.deepEqual(args('set-all free=[1,{"a":"1"}]'), { free: [1, { a: '1' }] });
});

test('actions of a transaction are typed by their branch', () => {
  assert.deepEqual(transaction('transaction(\nsnapshot node=1 overlay=b\nabort\n)'), {
    actions: [
      { type: 'snapshot', data: { node: '1', overlay: 'b' } },
      { type: 'abort', data: {} },
    ],
  });
  assert.match(
    refusal(() => transaction('transaction( snapshto node=1 )')),
    /no transaction action 'snapshto' \| did you mean 'snapshot'\?/,
  );
});

test('a mistake names the argument and the nearest right one', () => {
  const cases: [string, string][] = [
    ['qurey-status', "this server has no command 'qurey-status' | did you mean 'query-status'?"],
    ['query_status', "this server has no command 'query_status' | did you mean 'query-status'?"],
    ['device_del ID=1', "device_del has no argument 'ID' | did you mean 'id'?"],
    ['quit now=1', "quit has no argument 'now' | it takes no arguments"],
    ['device_del', "device_del needs 'id' | 'id' is a string"],
    [
      'blockdev-add driver=qcow node-name=a',
      "'driver' wants one of file, qcow2, null-co, not 'qcow' | did you mean 'qcow2'?",
    ],
    ['blockdev-add driver=file', "blockdev-add needs 'filename' | 'filename' is a string"],
    ['blockdev-add driver=qcow2 file.driver=file', "blockdev-add needs 'file.filename' | 'file.filename' is a string"],
    [
      'blockdev-add driver=file filename=a cache.dirct=on',
      "blockdev-add has no argument 'cache.dirct' | did you mean 'cache.direct'?",
    ],
    ['set-all count=many', "'count' wants an integer, not 'many' | digits, 0x1f, or 10K, 10M, 10G"],
    ['set-all count="5"', `'count' wants an integer, not the string "5" | leave the quotes out`],
    ['set-all force=maybe', "'force' wants true or false, not 'maybe'"],
    ['set-all numbers=1', "'numbers' wants a list (each: an integer), not '1' | write a list as [a,b]"],
    ['set-all numbers=[1,x]', "'numbers[1]' wants an integer, not 'x' | digits, 0x1f, or 10K, 10M, 10G"],
  ];
  for (const [text, message] of cases)
    assert.equal(
      refusal(() => args(text)),
      message,
    );
});

test('properties of a device get the types that the server lists, and what does not look like them stays text', () => {
  const schema = new ServerSchema(fixtureReply);
  schema.learnDevice('e1000', e1000Properties);
  const device = { driver: 'e1000' };
  assert.deepEqual(args('device_add driver=e1000 mac=12 addr=3 multifunction=on disable-legacy=auto', schema), {
    ...{ ...device, mac: '12', addr: 3, multifunction: true, 'disable-legacy': 'auto' },
  });
  assert.deepEqual(args('device_add driver=e1000 addr=06.0', schema), { ...device, addr: '06.0' });
  assert.deepEqual(args('device_add driver=e1000 other=1 macs[0]=2', schema), { ...device, other: 1, 'macs[0]': 2 });
  assert.equal(
    refusal(() => args('device_add driver=e1000 multfunction=on', schema)),
    "device_add has no argument 'multfunction' | did you mean 'multifunction'?",
  );
});
