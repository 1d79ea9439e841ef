import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findBios } from '#src/cli/boot.js';

const [plain, complete] = [mkdtempSync(join(tmpdir(), 'qmp-bios-')), mkdtempSync(join(tmpdir(), 'qmp-bios-'))];
writeFileSync(join(plain, 'other.bin'), 'other');
writeFileSync(join(complete, 'bios.bin'), 'system');
writeFileSync(join(complete, 'vgabios-stdvga.bin'), 'video');
after(() => {
  for (const folder of [plain, complete]) rmSync(folder, { recursive: true });
});

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

test('-bios is a path, or a name in a folder of -L', () => {
  assert.equal(text(findBios(join(plain, 'other.bin'), [])?.system), 'other');
  assert.equal(text(findBios('other.bin', [complete, plain])?.system), 'other');
  assert.throws(() => findBios('absent.bin', [plain]), /could not load PC BIOS 'absent.bin'/);
});

test('without -bios the first bios.bin of the folders of -L is taken, with the BIOS of the video card beside it', () => {
  const found = findBios(undefined, [plain, complete]);
  assert.deepEqual([text(found?.system), text(found?.video)], ['system', 'video']);
  assert.equal(findBios(undefined, [plain]), undefined);
  assert.equal(findBios(undefined, []), undefined);
});
