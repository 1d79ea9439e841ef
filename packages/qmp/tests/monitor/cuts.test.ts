import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { memoryChardevs } from 'qmp/testing';
import { RawClient, settle, testMonitor } from './client.js';

/** What a client gets back for some bytes, cut at these places, up to the answer of a last message. */
async function answer(bytes: Uint8Array, cuts: readonly number[]): Promise<string> {
  await using monitor = testMonitor();
  const [near, far] = memoryChardevs();
  monitor.attach(far);
  const client = new RawClient(near);
  client.send('{"execute": "qmp_capabilities"}');
  await client.lines(2);
  let at = 0;
  for (const cut of [...cuts, bytes.length].map((place) => place % (bytes.length + 1)).sort((a, b) => a - b)) {
    client.chardev.write(bytes.slice(at, cut));
    at = cut;
    await Promise.resolve();
  }
  // Whatever state the bytes left behind, 0xff ends it, and what follows is answered again.
  client.chardev.write(new Uint8Array([0xff]));
  client.send('\n{"id": "usable"}');
  await client.until(() => client.text.includes('{"id": "usable", "error"'));
  await settle();
  return client.text;
}

const pieces = fc.constantFrom(
  ...[
    '{"execute": "query-version"}',
    '{"execute": "absent", "id": ',
    '"x"',
    '1.5',
    '}',
    ']',
    '[',
    '{',
    ',',
    ':',
    '@',
    '\n',
    '"',
  ],
  ...["'", '\\', '\\u00e9', '\ud83d\ude00', 'null', 'tru', '-', '0', '\u0000', ' ', '{"id": [[[{"a": {}}]]]}'],
);
const input = fc
  .array(
    fc.oneof(
      pieces.map((text) => new TextEncoder().encode(text)),
      fc.uint8Array({ maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .map((chunks) => Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));

test('any cut of any input gives the same answers, and the session stays usable', async () => {
  await fc.assert(
    fc.asyncProperty(input, fc.array(fc.nat({ max: 200 }), { maxLength: 8 }), async (bytes, cuts) => {
      assert.equal(await answer(bytes, cuts), await answer(bytes, []));
    }),
    { numRuns: 150 },
  );
});
