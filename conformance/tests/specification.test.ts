import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedTarget } from '#conformance/cli.js';
import { playDocument } from './play-document.js';

test('the exchanges in docs/first-steps.md happen with the machine', async () => {
  assert.deepEqual(await playDocument('first-steps.md', namedTarget('machine')), []);
});

for (const target of ['reference', 'machine']) {
  test(`the exchanges in docs/qmp-spec.md happen with the ${target} monitor`, async () => {
    assert.deepEqual(await playDocument('qmp-spec.md', namedTarget(target)), []);
  });
}
