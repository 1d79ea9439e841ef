import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compareSchemas, fromIntrospection } from 'qapi';
import { introspection } from '#src/api/introspection.js';

/** What this machine takes from newer versions of QEMU: monitors as objects came with 11.1. */
const NEWER = ["object-add.qom-type.'monitor-qmp': value is gone"];

const QEMU = new URL('../../../../conformance/qemu-7.2/system.introspection.json', import.meta.url);

test('a program written for this machine works with QEMU 7.2, as far as the schema tells, but for what newer ones have', () => {
  const ours = fromIntrospection(introspection).schema;
  const qemu = fromIntrospection(JSON.parse(readFileSync(QEMU, 'utf8'))).schema;
  assert.ok(ours && qemu);
  const { changes } = compareSchemas(ours, qemu);
  assert.deepEqual(
    changes.filter((change) => change.breaksClient).map(({ path, message }) => `${path}: ${message}`),
    NEWER,
  );
});
