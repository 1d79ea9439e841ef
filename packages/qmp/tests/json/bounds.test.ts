import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { JsonReader, type JsonReaderOptions, type JsonValue } from 'qmp/json';
import { modes, show } from './outcomes.js';
import { below, fuzz, pick, type Random, randomGarbage, randomInput } from './random.js';

const limits = { tokenBytes: 5000, tokens: 500, nesting: 20 };

/** Things that a hostile peer sends again and again, after something that makes them part of one message. */
const beginnings = ['', '{', '{"a":', '{"a": "', "{'a", '[[[', '{"a": [', '{\r\n', '{"a": -', '\\', '{"\\', '{"\\u'];
const repeated = [
  'x',
  ' ',
  '\n',
  '{"a":',
  '[',
  ']',
  '}',
  '"a",',
  '1,',
  '1',
  '1 ',
  '0',
  '.',
  '-',
  'true',
  '\\',
  '\\\\',
  '\\u00e9',
  '\\ud800',
  "'",
  '"',
  ':',
  '\xff',
  'é',
  '{}',
  '{"a":1}',
  '}\n',
  '\r\n}',
  '{\r\n',
  '\0',
];

function hostileInput(random: Random): Uint8Array {
  const unit = random() < 0.8 ? Buffer.from(pick(random, repeated)) : Buffer.from(randomGarbage(random));
  const times = Math.ceil(20_000 / unit.length);
  return Buffer.concat([Buffer.from(pick(random, beginnings)), ...Array.from({ length: times }, () => unit)]);
}

/** Feeds an input in pieces and watches what the reader holds meanwhile. */
function feed(reader: JsonReader, input: Uint8Array, cut: number): number {
  let most = 0;
  for (let at = 0; at < input.length; at += cut) {
    reader.push(input.subarray(at, at + cut));
    most = Math.max(most, reader.pendingBytes);
  }
  return most;
}

function makeReader(options: JsonReaderOptions) {
  const said: string[] = [];
  const reader = new JsonReader(
    { message: (value: JsonValue) => said.push(show(value)), error: (error) => said.push(error.message) },
    options,
  );
  return { reader, said };
}

test('whatever comes, a reader holds no more than the limits of a message and of one more token', () => {
  fuzz((random) => {
    const input = hostileInput(random);
    for (const mode of modes) {
      const { reader } = makeReader({ ...mode, limits });
      const most = feed(reader, input, pick(random, [7, 100, 3000]));
      ok(
        most <= 2 * limits.tokenBytes,
        `${most} bytes are held of ${JSON.stringify(Buffer.from(input.subarray(0, 60)).toString('latin1'))}…`,
      );
    }
  });
});

test('whatever came, after a byte that no JSON has the next message is read', () => {
  fuzz((random) => {
    const input = random() < 0.5 ? hostileInput(random) : randomInput(random);
    for (const mode of modes) {
      const { reader, said } = makeReader({ ...mode, limits });
      feed(reader, input, 1 + below(random, 5000));
      reader.push(Uint8Array.of(0xff, 0x0a));
      reader.push(Buffer.from('{"id": 42}\n'));
      equal(said.at(-1), '{"id":42}', JSON.stringify(Buffer.from(input.subarray(0, 2000)).toString('latin1')));
      equal(reader.pendingBytes, 0);
    }
  });
});

// JSON.parse is no judge here: that of Node 24 mistakes one name for another where names have escapes.
test('what JSON.stringify writes is read to the same value', () => {
  fuzz((random) => {
    const value = randomValue(random, 4);
    const text = JSON.stringify({ value }, null, pick(random, [0, 1, 4]));
    for (const mode of modes) {
      const { reader, said } = makeReader({ ...mode, doubles: 'plain' });
      feed(reader, Buffer.from(`${text}\n`), 1 + below(random, 300));
      equal(said.length, 1, text);
      equal(said[0], show({ value }), text);
    }
  });
});

function randomValue(random: Random, depth: number): JsonValue {
  const kind = below(random, depth > 0 ? 7 : 5);
  if (kind === 0) return pick(random, [null, true, false]);
  if (kind === 1) return pick(random, [0, 1, -1, 0.1, 1e40, -1e-7, 2 ** 53 - 1, 123456789]) * random() + 0;
  if (kind < 5) return randomWord(random);
  if (kind === 5) return Array.from({ length: below(random, 6) }, () => randomValue(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: below(random, 6) }, () => [randomWord(random), randomValue(random, depth - 1)]),
  );
}

function randomWord(random: Random): string {
  return Array.from({ length: below(random, 9) }, () =>
    pick(random, [...'abc{}[]":,\\/\n\t 019', 'é', '€', '\u{1f600}']),
  ).join('');
}
