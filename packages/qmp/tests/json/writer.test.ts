import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCompact, hashOrder, JsonDouble, JsonReader, type JsonValue, stringify } from 'qmp/json';
import { hashBucket } from '#src/json/hash-order.js';
import { show } from './outcomes.js';
import { fuzz, randomText } from './random.js';

function read(text: string, strict = true): JsonValue {
  const values: JsonValue[] = [];
  const fail = (error: { message: string }) => {
    throw new Error(error.message);
  };
  const reader = new JsonReader({ message: (value) => values.push(value), error: fail }, { doubles: 'keep', strict });
  reader.push(new TextEncoder().encode(`${text} `));
  equal(values.length, 1, text);
  return values[0] as JsonValue;
}

test('separators have a blank after them, and empty containers none inside', () => {
  equal(stringify({ a: [], b: {}, c: [1, 'x', null, true] }), '{"a": [], "b": {}, "c": [1, "x", null, true]}');
});

test('pretty output breaks the line in empty containers too', () => {
  equal(
    stringify({ a: [], b: [1, {}] }, { pretty: true }).replaceAll('\r\n', '|'),
    '{|    "a": [|    ],|    "b": [|        1,|        {|        }|    ]|}',
  );
});

test('strings are printed in ASCII with capital digits, and with U+FFFD for what is no character', () => {
  equal(stringify('"\\/\b\f\n\r\t\'\u0000\u001f\u007f'), '"\\"\\\\/\\b\\f\\n\\r\\t\'\\u0000\\u001F\\u007F"');
  equal(stringify('é€\u{1f600}'), '"\\u00E9\\u20AC\\uD83D\\uDE00"');
  equal(stringify('a\ud800b\uffff\ufdd0\u{1fffe}'), '"a\\uFFFDb\\uFFFD\\uFFFD\\uFFFD"');
});

test('numbers are printed as C prints them', () => {
  const numbers: [JsonValue, string][] = [
    [0, '0'],
    [-0, '-0'],
    [1e15, '1000000000000000'],
    [2n ** 64n - 1n, '18446744073709551615'],
    [-(2n ** 63n), '-9223372036854775808'],
    [0.1, '0.10000000000000001'],
    [1e16, '10000000000000000'],
    [1e17, '1e+17'],
    [1e-5, '1.0000000000000001e-05'],
    [5e-324, '4.9406564584124654e-324'],
    [2 ** 50 + 0.25, '1125899906842624.2'],
    [new JsonDouble(1), '1'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ];
  for (const [value, text] of numbers) equal(stringify(value), text);
});

test('the order of members is the one given, or that of QEMU', () => {
  const reply = { data: { one: 0, two: 1, three: 2, four: 3 }, event: 'X', timestamp: {} };
  equal(stringify(reply), '{"data": {"one": 0, "two": 1, "three": 2, "four": 3}, "event": "X", "timestamp": {}}');
  equal(
    stringify(reply, { order: 'qemu' }),
    '{"timestamp": {}, "event": "X", "data": {"four": 3, "one": 0, "three": 2, "two": 1}}',
  );
});

test('names fall into the buckets of the dictionary of QEMU', () => {
  const known = { timestamp: 26, QMP: 99, 'exec-oob': 162, micro: 225, minor: 225, return: 401, id: 486, data: 505 };
  for (const [name, bucket] of Object.entries(known)) equal(hashBucket(name), bucket, name);
  deepEqual(hashOrder(['micro', 'minor', 'major']), ['minor', 'micro', 'major']);
  deepEqual(hashOrder(['minor', 'micro', 'major']), ['micro', 'minor', 'major']);
});

test('members that are undefined are absent', () => {
  equal(stringify({ a: undefined, b: 1 }), '{"b": 1}');
  equal(encodeCompact({ a: undefined, b: 1, c: undefined }), '{"b":1}');
});

test('the compact form has no blanks, no escapes that can be spared, and keeps doubles doubles', () => {
  equal(
    encodeCompact({ a: [1, 'é\u0000\n', 2.5, 10n], b: new JsonDouble(3) }),
    '{"a":[1,"é\\u0000\\n",2.5,10],"b":3.0}',
  );
  equal(encodeCompact(new JsonDouble(1e21)), '1e+21');
  equal(encodeCompact(new JsonDouble(2 ** 60)), '1152921504606846976.0');
  equal(encodeCompact(new JsonDouble(-0)), '-0.0');
});

test('a whole number beyond 2^53 is sent with all of its digits, not rounded to 17 of them', () => {
  equal(encodeCompact(2 ** 60), '1152921504606846976');
  equal(encodeCompact(2 ** 63), '9223372036854775808');
  equal(encodeCompact(-(2 ** 62)), '-4611686018427387904');
  equal(encodeCompact(2 ** 70), '1.1805916207174113e+21');
});

test('what QEMU would refuse to read is refused before it is sent', () => {
  for (const value of [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2n ** 64n,
    -(2n ** 63n) - 1n,
    '\ud800',
    '\uffff',
    { '\ufdd0': 1 },
  ]) {
    throws(() => encodeCompact(value), TypeError, String(value));
  }
});

test('what is not JSON is refused with its kind', () => {
  throws(() => stringify((() => {}) as unknown as JsonValue), /JSON cannot hold a value that is function/);
  throws(() => encodeCompact([undefined] as unknown as JsonValue), /JSON cannot hold a value that is undefined/);
});

test('whatever was read is read the same again after it was printed, in each form', () => {
  fuzz((random) => {
    const text = randomText(random);
    let value: JsonValue;
    try {
      value = read(text);
    } catch {
      return;
    }
    // Infinity prints as QEMU prints it, which nobody can read; a double that is whole prints like an integer.
    if (/Infinity/.test(show(value))) return;
    equal(show(read(encodeCompact(value))), show(value), text);
    if (/double/.test(show(value)) || /\d{17}|-0/.test(show(value))) return;
    equal(show(read(stringify(value))), show(value), text);
    equal(show(read(stringify(value, { pretty: true }))), show(value), text);
  }, 1);
});

test('members whose names are whole numbers are printed where they were read, in both orders', () => {
  const text = '{"kn9v": 0, "dfkn": 1, "1": [{"b": 1, "0": 2}], "eszb": 3}';
  equal(stringify(read(text)), text);
  // Of two names in one bucket the newer one comes first.
  equal(stringify(read('{"1170": 1, "1qg9": 2}'), { order: 'qemu' }), '{"1qg9": 2, "1170": 1}');
  equal(stringify(read('{"1qg9": 2, "1170": 1}'), { order: 'qemu' }), '{"1170": 1, "1qg9": 2}');
});
