import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { compareSchemas, fromIntrospection } from 'qapi';
import { introspection } from '#src/api/introspection.js';

/** The interface that was promised last: written anew at a release, with UPDATE_GOLDEN=1. */
const RELEASED = new URL('../../tests/schema/released.json', import.meta.url);

test('a program written for the last release goes on working', () => {
  if (process.env.UPDATE_GOLDEN) {
    writeFileSync(RELEASED, `[\n${introspection.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
  }
  const before = fromIntrospection(JSON.parse(readFileSync(RELEASED, 'utf8'))).schema;
  const now = fromIntrospection(introspection).schema;
  assert.ok(before && now);
  const { changes } = compareSchemas(before, now);
  const breaking = changes.filter(({ breaksClient, unstable }) => breaksClient && !unstable);
  assert.deepEqual(
    breaking.map(({ path, message }) => `${path}: ${message}`),
    [],
  );
});
