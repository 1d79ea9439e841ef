import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedTarget } from '#conformance/cli.js';
import { playDocument } from './play-document.js';

test('the exchanges in docs/qmp-spec.md happen with a real QEMU', async () => {
  assert.deepEqual(await playDocument('qmp-spec.md', namedTarget('qemu')), []);
});
