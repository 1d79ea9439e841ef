import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { JsonDouble, JsonReader, type JsonReaderOptions, type JsonValue, stringify } from 'qmp/json';

/** A reader that notes what it says. */
function makeReader(options: JsonReaderOptions = {}) {
  const seen: string[] = [];
  const values: JsonValue[] = [];
  const reader = new JsonReader(
    {
      message: (value) => {
        values.push(value);
        seen.push(stringify(value));
      },
      error: (error) => seen.push(`${error.kind}: ${error.message}`),
    },
    options,
  );
  return { reader, seen, values, push: (text: string) => reader.push(new TextEncoder().encode(text)) };
}

test('integers are numbers while they are safe and bigints beyond', () => {
  const { values, push } = makeReader();
  push('{"a": [9007199254740991, 9007199254740992, -9007199254740993, 18446744073709551615, 18446744073709551616]}');
  deepEqual(values, [{ a: [9007199254740991, 9007199254740992n, -9007199254740993n, 18446744073709551615n, 2 ** 64] }]);
});

test('a monitor can tell 1.0 from 1 and gets 0 for -0', () => {
  const { values, push } = makeReader({ doubles: 'keep' });
  push('{"a": [1.0, 1e3, 1.5, -0, -0.0]}');
  const [{ a }] = values as [{ a: JsonValue[] }];
  deepEqual(a.map(JsonDouble.is), [true, true, false, false, true]);
  ok(Object.is(a[3], 0));
});

test('a client gets plain numbers, and the -0 that QEMU prints for a double', () => {
  const { values, push } = makeReader({ strict: false });
  push('{"a": [1.0, -0]}\n');
  const [{ a }] = values as [{ a: JsonValue[] }];
  equal(a[0], 1);
  ok(Object.is(a[1], -0));
});

test('a name is a member even when JavaScript gives it a meaning', () => {
  for (const options of [{}, { strict: false }, { doubles: 'keep' }] as const) {
    const { values, push } = makeReader(options);
    push('{"__proto__": {"x": 1}, "constructor": 2}\n{"__proto__": {"x": 9007199254740993}}\n');
    const [first, second] = values as Record<string, JsonValue>[];
    deepEqual(Object.keys(first ?? {}), ['__proto__', 'constructor']);
    deepEqual(Object.keys(second ?? {}), ['__proto__']);
    equal((first as { x?: unknown }).x, undefined);
    equal(Object.getPrototypeOf(second), Object.prototype);
  }
});

test('duplicate names are refused, or the last one counts when the reader is not strict', () => {
  const strict = makeReader();
  strict.push('{"a": 1, "b": {"c": 1, "c": 2}}{"a": 1}');
  deepEqual(strict.seen, ['syntax: JSON parse error, duplicate key', '{"a": 1}']);
  const lenient = makeReader({ strict: false });
  lenient.push('{"a": 1, "a": 2}\n{"a": 1, "a": 12345678901234567890}\n');
  deepEqual(lenient.seen, ['{"a": 2}', '{"a": 12345678901234567890}']);
});

test('each kind of error says what QEMU says, and the stream goes on', () => {
  const { seen, push } = makeReader({ limits: { nesting: 3 } });
  push('\xff');
  push('{"a": 01} {"b": [1,]} [[[[ ]]]] {"c": "\\ud800"} x! {"d": 1}');
  deepEqual(seen, [
    "stray: JSON parse error, stray '\ufffd'".replace('\ufffd', seen[0]?.slice(-2, -1) ?? ''),
    ...seen.slice(1, -1),
    '{"d": 1}',
  ]);
  ok(seen.includes('limit: JSON nesting depth limit exceeded'));
  ok(seen.includes("stray: JSON parse error, stray '01'"));
  ok(seen.includes('syntax: JSON parse error, \\ud800 is not a valid Unicode character'));
  ok(seen.includes("syntax: JSON parse error, invalid keyword 'x'"));
});

test('a byte that no JSON has clears a half-sent message', () => {
  const { reader, seen, push } = makeReader();
  push('{"execute": "x", "arguments": {"a": [1, "unfinished');
  reader.push(Uint8Array.of(0xff));
  push('{"id": 1}');
  deepEqual(seen, [`stray: JSON parse error, stray '"unfinished\ufffd'`, '{"id": 1}']);
});

test('a reader that is paused in the middle of a chunk keeps the rest and later chunks, and goes on in order', () => {
  const seen: JsonValue[] = [];
  const reader = new JsonReader({
    message: (value) => {
      seen.push(value);
      reader.pause();
    },
    error: () => {},
  });
  const push = (text: string) => reader.push(new TextEncoder().encode(text));
  push('{"a": 1} {"a": 2} {"a"');
  push(': 3} {"a": 4}');
  deepEqual(seen, [{ a: 1 }]);
  equal(reader.paused, true);
  equal(reader.pendingBytes, ' {"a": 2} {"a": 3} {"a": 4}'.length);
  for (let count = 2; count <= 4; count++) {
    reader.resume();
    equal(seen.length, count);
  }
  reader.resume();
  equal(reader.paused, false);
  equal(reader.pendingBytes, 0);
});

test('pause and resume inside one call change nothing', () => {
  const seen: JsonValue[] = [];
  const reader = new JsonReader({
    message: (value) => {
      reader.pause();
      seen.push(value);
      reader.resume();
    },
    error: () => {},
  });
  reader.push(new TextEncoder().encode('{"a":1}{"a":2}'));
  deepEqual(seen, [{ a: 1 }, { a: 2 }]);
});

test('what is pushed from inside a handler comes after what is there', () => {
  const seen: JsonValue[] = [];
  const reader = new JsonReader({
    message: (value) => {
      seen.push(value);
      if (seen.length === 1) reader.push(new TextEncoder().encode('{"a":3}'));
    },
    error: () => {},
  });
  reader.push(new TextEncoder().encode('{"a":1}{"a":2}'));
  deepEqual(seen, [{ a: 1 }, { a: 2 }, { a: 3 }]);
});

test('a handler that throws does not make the reader lose or repeat a message', () => {
  for (const first of ['{"a":1}', '{"a":12345678901234567890}', '}']) {
    const seen: string[] = [];
    const take = (text: string) => {
      seen.push(text);
      if (seen.length === 1) throw new Error('from the handler');
    };
    const reader = new JsonReader({ message: (value) => take(stringify(value)), error: (error) => take(error.kind) });
    throws(() => reader.push(new TextEncoder().encode(`${first}{"a":2}{"a"`)), /from the handler/);
    reader.push(new TextEncoder().encode(':3}'));
    deepEqual(seen.slice(1), ['{"a": 2}', '{"a": 3}']);
  }
});

test('reset inside a handler drops what is unread', () => {
  const seen: JsonValue[] = [];
  const reader = new JsonReader({
    message: (value) => {
      seen.push(value);
      reader.reset();
    },
    error: () => {},
  });
  reader.push(new TextEncoder().encode('{"a":1}{"a":2}'));
  deepEqual(seen, [{ a: 1 }]);
  equal(reader.pendingBytes, 0);
});

test('the end of the stream tells whether a message was cut off', () => {
  const { reader, push } = makeReader();
  push('{"a": 1}\n');
  equal(reader.end(), false);
  push('{"a": ');
  equal(reader.end(), true);
  push("{'a': ");
  equal(reader.end(), true);
  push('nul');
  equal(reader.end(), true);
  equal(reader.end(), false);
});

test('a message is delivered without a line end, also a long one to a reader that is not strict', () => {
  const { seen, push } = makeReader({ strict: false });
  push(`{"a": "${'x'.repeat(10_000)}"`);
  push('}');
  equal(seen.length, 1);
  push(`{"a": "${'x'.repeat(10_000)}"}  `);
  equal(seen.length, 2);
});

test('options that do not exist or cannot be are refused', () => {
  const handlers = { message: () => {}, error: () => {} };
  throws(() => new JsonReader(handlers, { limit: {} } as JsonReaderOptions), /no option 'limit'/);
  throws(() => new JsonReader(handlers, { limits: { depth: 1 } as object }), /no JSON limit 'depth'/);
  throws(() => new JsonReader(handlers, { limits: { nesting: 0 } }), /'nesting' must be a whole number/);
});

test('the limit on token bytes counts one more for the token at hand, as measured with a real guest agent', () => {
  // Measured at 64 MiB with qemu-ga 7.2: a string of 67108854 characters is taken, two more characters say it twice.
  const spare = 10;
  const read = (length: number) => {
    const { seen, push } = makeReader({ limits: { tokenBytes: 1000 } });
    push(`{"id":"${'x'.repeat(length)}"}\n{"a": 1}`);
    return seen.map((text) => text.replace(/x{9,}/, '…'));
  };
  deepEqual(read(1000 - spare), ['{"id": "…"}', '{"a": 1}']);
  deepEqual(read(1001 - spare), ['limit: JSON token size limit exceeded', '{"a": 1}']);
  deepEqual(read(1002 - spare), [
    'limit: JSON token size limit exceeded',
    'syntax: JSON parse error, expecting value',
    '{"a": 1}',
  ]);
});

test('a limit on nesting far beyond the stack of JavaScript is kept without a stack overflow', () => {
  for (const strict of [true, false]) {
    const values: JsonValue[] = [];
    const errors: string[] = [];
    const reader = new JsonReader(
      { message: (value) => values.push(value), error: (error) => errors.push(error.message) },
      { strict, limits: { nesting: 200_000 } },
    );
    const message = (depth: number) => Buffer.from(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}\n`);
    reader.push(message(150_000));
    equal(values.length, 1);
    reader.push(message(200_001));
    equal(errors[0], 'JSON nesting depth limit exceeded');
  }
});

test('a reply with a string of 64 MiB is read by a reader that is not strict, and too long for QEMU as input', () => {
  const length = 64 * 2 ** 20;
  const reply = Buffer.from(`{"return": "${'x'.repeat(length)}", "id": 1}\r\n`);
  const lengths: number[] = [];
  const errors: string[] = [];
  const take = (value: JsonValue) => lengths.push(String((value as { return: string }).return).length);
  for (const strict of [false, true]) {
    const reader = new JsonReader({ message: take, error: (error) => errors.push(error.message) }, { strict });
    for (let at = 0; at < reply.length; at += 65536) reader.push(reply.subarray(at, at + 65536));
  }
  deepEqual(lengths.slice(0, 1), [length]);
  equal(errors[0], 'JSON token size limit exceeded');
});
