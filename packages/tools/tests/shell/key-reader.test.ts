import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyReader } from '#src/shell/key-reader.js';

/** What was read, each piece with the first letter of its kind. */
function read(...chunks: string[]): string[] {
  const reader = new KeyReader();
  return chunks.flatMap((chunk) => reader.read(chunk)).map(({ kind, text }) => `${kind.charAt(0)}:${text}`);
}

test('keys that have to wait for those before them come alone', () => {
  assert.deepEqual(read('query-na\t\r'), ['t:query-na', 's:\t', 't:\r']);
  assert.deepEqual(read('device_del ?id=1'), ['t:device_del ', 's:?', 't:id=1']);
  assert.deepEqual(read('abc\u0003d'), ['t:abc', 't:\u0003', 't:d']);
  assert.deepEqual(read('\t\t'), ['s:\t', 's:\t']);
  assert.deepEqual(read('\u001b[B', 'a'), ['t:\u001b[B', 't:a']);
});

test('pasted text stays whole, in one chunk, over several, and between keys', () => {
  assert.deepEqual(read('a\u001b[200~x\ty\u001b[201~\t'), ['t:a', 'p:x\ty', 's:\t']);
  assert.deepEqual(read('\u001b[200~x\t', 'y?', '\u001b[201~z'), ['p:x\t', 'p:y?', 't:z']);
});

test('a terminal that does not mark what is pasted is found out by the length', () => {
  const pasted = `{"execute":\t"query-name",\t"id": 1}${' '.repeat(250)}`;
  assert.deepEqual(read(pasted), [`t:${pasted}`]);
});
