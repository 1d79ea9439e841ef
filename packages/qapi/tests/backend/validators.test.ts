import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArgumentPolicy, compileValidators, type SchemaTable } from 'qapi';

const TABLE: SchemaTable = {
  commands: {
    add: { arguments: 'Node' },
    none: {},
    numbers: {
      arguments: [
        ['*i', 'int'],
        ['*u', 'uint64'],
        ['*b', 'uint8'],
        ['*s', 'int16'],
        ['*n', 'number'],
        ['*z', 'size'],
      ],
    },
    others: {
      arguments: [
        ['*flag', 'bool'],
        ['*any', 'any'],
        ['*null', 'null'],
        ['*list', ['Colour']],
        ['*refs', ['Ref']],
      ],
    },
    old: {
      arguments: [
        ['*was', 'str', 'deprecated'],
        ['*x-may', 'int', 'unstable'],
        ['*colour', 'Colour'],
        ['must', 'str', 'deprecated'],
      ],
    },
    free: { arguments: [['driver', 'str']], unchecked: true },
    shadow: { arguments: [['*constructor', 'str']] },
  },
  events: [],
  enums: { Colour: ['red', ['grey', 'deprecated'], ['octarine', 'unstable']], Driver: ['file', 'raw', 'null'] },
  objects: {
    Node: {
      members: [
        ['driver', 'Driver'],
        ['*name', 'str'],
      ],
      tag: 'driver',
      branches: { file: 'File', raw: 'Raw' },
    },
    File: { members: [['filename', 'str']] },
    Raw: {
      members: [
        ['file', 'Ref'],
        ['*offsets', ['Range']],
      ],
    },
    Range: { members: [['start', 'int']] },
  },
  alternates: { Ref: ['Node', 'str', 'null'] },
};

const validators = compileValidators(TABLE);

function check(command: string, args: Record<string, unknown>, policy?: ArgumentPolicy): string | undefined {
  const validator = validators.get(command);
  assert.ok(validator);
  return validator(args, policy);
}

/** What the JSON reader makes of `1.0`. */
const double = Object.defineProperty({ value: 1 }, Symbol.for('qmp.JsonDouble'), { value: true });

test('arguments that fit pass', () => {
  assert.equal(
    check('add', { driver: 'raw', file: { driver: 'file', filename: '/x' }, offsets: [{ start: 1 }] }),
    undefined,
  );
  assert.equal(check('add', { driver: 'null' }), undefined);
  assert.equal(check('none', {}), undefined);
});

test('a missing member is named with its whole path', () => {
  assert.equal(check('add', {}), "Parameter 'driver' is missing");
  assert.equal(
    check('add', { driver: 'raw', file: { driver: 'raw', file: { driver: 'file' } } }),
    "Parameter 'file.file.filename' is missing",
  );
  assert.equal(
    check('add', { driver: 'raw', file: 'a', offsets: [{ start: 1 }, {}] }),
    "Parameter 'offsets[1].start' is missing",
  );
});

test('a member that is undefined is absent, one that is null is not', () => {
  assert.equal(check('add', { driver: 'null', name: undefined }), undefined);
  assert.equal(check('add', { driver: 'null', name: null }), "Invalid parameter type for 'name', expected: string");
});

test('enum values, narrow integers and alternates are named by their last name only', () => {
  const inner = { driver: 'raw', file: { driver: 'floppy' } };
  assert.equal(check('add', inner), "Parameter 'driver' does not accept value 'floppy'");
  assert.equal(
    check('add', { driver: 'raw', file: { driver: 'raw', file: 7 } }),
    "Invalid parameter type for 'file', expected: Ref",
  );
  assert.equal(check('numbers', { b: 256 }), "Parameter 'b' expects uint8_t");
  assert.equal(check('numbers', { b: -1 }), "Parameter 'b' expects uint8_t");
  assert.equal(check('numbers', { s: 2n ** 40n }), "Parameter 's' expects int16_t");
});

test('elements of an array have an index in a path and the name null otherwise', () => {
  assert.equal(check('others', { list: ['red', 1] }), "Invalid parameter type for 'list[1]', expected: string");
  assert.equal(check('others', { list: ['blue'] }), "Parameter 'null' does not accept value 'blue'");
  assert.equal(check('others', { refs: [true] }), "Invalid parameter type for 'null', expected: Ref");
  assert.equal(check('others', { list: {} }), "Invalid parameter type for 'list', expected: array");
});

test('integers are checked in their exact range', () => {
  assert.equal(check('numbers', { i: 2n ** 63n - 1n, u: 2n ** 64n - 1n, z: -1 }), undefined);
  assert.equal(check('numbers', { i: 2n ** 63n }), "Invalid parameter type for 'i', expected: integer");
  assert.equal(check('numbers', { i: -(2n ** 63n) - 1n }), "Invalid parameter type for 'i', expected: integer");
  assert.equal(check('numbers', { u: 2n ** 64n }), "Parameter 'u' expects uint64");
  assert.equal(check('numbers', { u: 'many' }), "Parameter 'u' expects uint64");
});

test('a number with a fraction or an exponent is no integer', () => {
  assert.equal(check('numbers', { i: double }), "Invalid parameter type for 'i', expected: integer");
  assert.equal(check('numbers', { u: 1.5 }), "Parameter 'u' expects uint64");
  assert.equal(check('numbers', { n: double }), undefined);
  assert.equal(check('others', { any: double, refs: [null, 'a'] }), undefined);
});

test('an unexpected member is reported after the members of its object, inner objects first', () => {
  assert.equal(check('none', { x: 1 }), "Parameter 'x' is unexpected");
  assert.equal(check('none', { '': 1 }), "Parameter '' is unexpected");
  assert.equal(check('add', { driver: 'null', y: 1 }), "Parameter 'y' is unexpected");
  assert.equal(check('add', { y: 1, driver: 'raw' }), "Parameter 'file' is missing");
  assert.equal(
    check('add', { driver: 'raw', y: 1, file: { driver: 'null', z: 1 } }),
    "Parameter 'file.z' is unexpected",
  );
});

test('of several unexpected members the one is named that QEMU names', () => {
  assert.equal(check('none', { aa: 1, bb: 2 }), "Parameter 'aa' is unexpected");
  assert.equal(check('none', { bb: 2, aa: 1 }), "Parameter 'aa' is unexpected");
});

test('a policy refuses what is deprecated or unstable at the moment it is met', () => {
  const reject = { deprecatedInput: 'reject', unstableInput: 'reject' } as const;
  assert.equal(check('old', { must: 'x', was: 5 }), "Invalid parameter type for 'was', expected: string");
  assert.equal(check('old', { was: 5 }, reject), 'Deprecated parameter was disabled by policy');
  assert.equal(check('old', { 'x-may': 5 }, reject), 'Unstable parameter x-may disabled by policy');
  assert.equal(check('old', { colour: 'grey' }, reject), 'Deprecated value grey disabled by policy');
  assert.equal(check('old', { colour: 'octarine' }, reject), 'Unstable value octarine disabled by policy');
  assert.equal(check('old', {}, reject), 'Deprecated parameter must disabled by policy');
  assert.equal(check('old', { must: 'x' }, { deprecatedInput: 'accept' }), undefined);
});

test('a command with unchecked arguments only misses what must be there', () => {
  assert.equal(check('free', { driver: 'e1000', anything: [1] }), undefined);
  assert.equal(check('free', {}), "Parameter 'driver' is missing");
});

test('members that every JavaScript object inherits are absent', () => {
  assert.equal(check('shadow', {}), undefined);
  assert.equal(check('none', JSON.parse('{"__proto__": 1}')), "Parameter '__proto__' is unexpected");
});
