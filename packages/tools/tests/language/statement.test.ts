import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caret, IncompleteInput, InputError } from '#src/language/input-error.js';
import { type Pair, parseStatement, type Statement } from '#src/language/statement.js';
import { foldPairs } from '#src/language/tree.js';
import { untyped, untypedMembers } from '#src/language/untyped.js';

function call(text: string): { name: string; pairs: readonly Pair[] } {
  const statement = parseStatement(text);
  assert.equal(statement.kind, 'command');
  return (statement as Extract<Statement, { kind: 'command' }>).call;
}

function args(text: string): unknown {
  return untypedMembers(foldPairs(call(text).pairs));
}

function refusal(text: string): InputError {
  try {
    args(text);
  } catch (error) {
    assert.ok(error instanceof InputError);
    assert.ok(!(error instanceof IncompleteInput), 'another line would not help');
    return error;
  }
  assert.fail(`accepted ${text}`);
}

function incomplete(text: string): boolean {
  try {
    parseStatement(text);
    return false;
  } catch (error) {
    if (error instanceof IncompleteInput) return true;
    throw error;
  }
}

test('a command takes key=value arguments', () => {
  assert.equal(call('device_del id=disk0').name, 'device_del');
  assert.deepEqual(args('device_del id=disk0 '), { id: 'disk0' });
  assert.deepEqual(args('x path=/a=b'), { path: '/a=b' });
  assert.deepEqual(args('x empty= after=1'), { empty: '', after: 1 });
});

test('quotes are not part of the value, and a value may have blanks', () => {
  assert.deepEqual(args('human-monitor-command command-line="info version"'), { 'command-line': 'info version' });
  assert.deepEqual(args("x a='info version' b=info\\ version"), { a: 'info version', b: 'info version' });
  assert.deepEqual(args('x a="say \\"hi\\"\\n\\u00e9"'), { a: 'say "hi"\né' });
  assert.deepEqual(args("x a=it's"), { a: "it's" });
  assert.deepEqual(args('x a=C:\\disk.img'), { a: 'C:\\disk.img' });
});

test('dots make nested objects, numbers as names make lists', () => {
  assert.deepEqual(args('x file.driver=file file.cache.direct=true'), {
    file: { driver: 'file', cache: { direct: true } },
  });
  assert.deepEqual(args('x children.1=b children.0=a'), { children: ['a', 'b'] });
  assert.deepEqual(args('x file={"a":1} file.b=2'), { file: { a: 1, b: 2 } });
  assert.deepEqual(args('x __com.example_y.z=1'), { '__com.example_y': { z: 1 } });
});

test('values are JSON, or Python as in the old shell', () => {
  assert.deepEqual(args('x a=[1,2] b={"a":1} c=true d=null e=1.5'), {
    a: [1, 2],
    b: { a: 1 },
    c: true,
    d: null,
    e: 1.5,
  });
  assert.deepEqual(args("x a=[True, None, 'b'] b={'c': False} d=True"), {
    a: [true, null, 'b'],
    b: { c: false },
    d: true,
  });
  assert.deepEqual(args('x a=[ "b c" , d ] e={ f : g }'), { a: ['b c', 'd'], e: { f: 'g' } });
});

test('integers are exact to 2^64-1', () => {
  assert.deepEqual(args('x a=18446744073709551615 b=0x10 c=-5'), { a: 18446744073709551615n, b: 16, c: -5 });
});

test('a member named __proto__ is a member like any other', () => {
  const value = args('x a={"__proto__": 1}') as { a: object };
  assert.deepEqual(Object.entries(value.a), [['__proto__', 1]]);
});

test('raw JSON is sent as it is typed', () => {
  const statement = parseStatement('{"execute": "device_del", "arguments": {"id": "1"}, "id": 7}');
  assert.equal(statement.kind, 'raw');
  assert.deepEqual(untyped((statement as Extract<Statement, { kind: 'raw' }>).message), {
    execute: 'device_del',
    arguments: { id: '1' },
    id: 7,
  });
});

test('a transaction has one action a line', () => {
  const text = 'transaction(\nblockdev-snapshot node=a overlay=b\nabort\n)';
  const statement = parseStatement(text) as Extract<Statement, { kind: 'transaction' }>;
  assert.deepEqual(
    statement.actions.map((action) => action.name),
    ['blockdev-snapshot', 'abort'],
  );
  assert.equal(text.slice(statement.actions[1]?.nameSpan.at, statement.actions[1]?.nameSpan.end), 'abort');
  const nested = parseStatement('transaction( add a={"b":\n1} c=")"\n)') as Extract<Statement, { kind: 'transaction' }>;
  assert.equal(nested.actions.length, 1);
});

test('open brackets, quotes, transactions and a final backslash wait for the next line', () => {
  for (const text of [
    'x a=[1,',
    'x a={"b"',
    'x a="b',
    "x a='b",
    '{"execute":',
    'transaction(',
    'transaction(\nabort',
    'x \\',
  ])
    assert.ok(incomplete(text), text);
  assert.deepEqual(args('x a=[1,\n2]'), { a: [1, 2] });
  assert.deepEqual(args('x a=1 \\\n b=2'), { a: 1, b: 2 });
});

test('help, ?, oob and the commands of the shell itself are told apart', () => {
  assert.deepEqual(parseStatement('  '), { kind: 'empty' });
  assert.deepEqual(parseStatement('?'), { kind: 'help', topic: undefined });
  const help = parseStatement('help blockdev-add driver=file') as Extract<Statement, { kind: 'help' }>;
  assert.equal(help.topic?.name, 'blockdev-add');
  assert.equal((parseStatement('?quit') as Extract<Statement, { kind: 'help' }>).topic?.name, 'quit');
  const oob = parseStatement('oob yank instances=[]') as Extract<Statement, { kind: 'command' }>;
  assert.deepEqual([oob.oob, oob.call.name], [true, 'yank']);
  assert.deepEqual(parseStatement('.events STOP RESUME'), { kind: 'local', name: 'events', words: ['STOP', 'RESUME'] });
});

test('a mistake names the word and says what to write', () => {
  const bare = refusal('device_del disk0');
  assert.equal(bare.message, "'disk0' has no value");
  assert.equal(bare.hint, 'write disk0=value');
  assert.equal(caret('device_del disk0', bare.span), 'device_del disk0\n           ^^^^^');
  assert.match(refusal('id=1').message, /stands where the command name belongs/);
  assert.match(refusal('x =1').message, /without a name/);
  assert.match(refusal('x a=1 a=2').message, /'a' is given twice/);
  assert.match(refusal('x a=1 a.b=2').message, /'a' has a value already/);
  assert.match(refusal('x a={"b":1,"b":2}').message, /'b' is given twice/);
  assert.match(refusal('x a..b=1').message, /empty part/);
  assert.match(refusal('x a=[1 2]').message, /',' or ']' expected/);
  assert.match(refusal('x a="b"c').message, /directly after the closing quote/);
  assert.match(refusal('x a="\\q"').message, /unknown escape/);
  assert.match(refusal('{"execute":"a"} {"execute":"b"}').message, /after the end of the object/);
  assert.match(refusal(`x a=${'['.repeat(1025)}`).message, /nested/);
});
