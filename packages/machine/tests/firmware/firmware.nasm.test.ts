import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../firmware/', import.meta.url));

test('the checked-in firmware is what its source builds', () => {
  const target = mkdtempSync(join(tmpdir(), 'qmp-firmware-'));
  try {
    execFileSync(process.execPath, [join(folder, 'build.mjs'), target]);
    for (const name of ['font.bin', 'qmp-pc.bin'])
      assert.ok(readFileSync(join(target, name)).equals(readFileSync(join(folder, name))), `${name} is stale`);
  } finally {
    rmSync(target, { recursive: true });
  }
});
