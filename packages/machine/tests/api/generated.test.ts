import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CHECK = fileURLToPath(new URL('../../../../scripts/check-generated.mjs', import.meta.url));

test("types, checks, introspection and references are what the machine's schema gives", async () => {
  const outcome = await promisify(execFile)(process.execPath, [CHECK]).catch((error) => error);
  assert.equal(outcome.stderr, '');
});
