import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('the package says that it is an ES module for Node 20 and newer', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    type: string;
    engines: { node: string };
  };
  assert.equal(manifest.type, 'module');
  assert.equal(manifest.engines.node, '>=20');
});
