import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { readSecret } from '#src/qom/secret.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-secret-'));
after(() => rmSync(folder, { recursive: true }));

const nobody = () => undefined;
const key = new Uint8Array(32).fill(7);
const iv = Buffer.alloc(16, 3);
const find = (id: string) => (id === 'key' ? key : id === 'short' ? key.slice(1) : undefined);
const text = async (secret: Promise<Uint8Array>) => new TextDecoder().decode(await secret);

function encrypted(plain: string): string {
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

describe('a secret', () => {
  test('is read from the arguments as it is, or in base64, with or without what fills it up', async () => {
    assert.equal(await text(readSecret({ data: 'pä' }, nobody)), 'pä');
    assert.deepEqual([...(await readSecret({ data: '/wA=', format: 'base64' }, nobody))], [255, 0]);
    assert.deepEqual([...(await readSecret({ data: '/w\nA', format: 'base64' }, nobody))], [255, 0]);
    assert.equal((await readSecret({ data: '', format: 'base64' }, nobody)).length, 0);
  });

  test('is read from a file, and from a named pipe once someone has written to it', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'from a file\n');
    assert.equal(await text(readSecret({ file }, nobody)), 'from a file\n');
    const pipe = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const waiting = text(readSecret({ file: pipe }, nobody));
    await writeFile(pipe, 'from a pipe');
    assert.equal(await waiting, 'from a pipe');
  });

  test('is decrypted with another one', async () => {
    const sealed = { data: encrypted('hidden'), format: 'base64', keyid: 'key', iv: iv.toString('base64') } as const;
    assert.equal(await text(readSecret(sealed, find)), 'hidden');
    await assert.rejects(
      readSecret({ ...sealed, iv: Buffer.alloc(16, 4).toString('base64') }, () => key.map((b) => b ^ 1)),
      {
        message: /the key or the IV is not the right one/,
      },
    );
  });

  const sealed = { data: 'AAEC', keyid: 'key', format: 'base64' } as const;
  for (const [what, properties, message] of [
    ['neither file nor data', {}, "Either 'file' or 'data' must be provided"],
    ['both', { file: 'f', data: 'd' }, "'file' and 'data' are mutually exclusive"],
    ['what is not base64', { data: 'a b', format: 'base64' }, 'Base64 data contains invalid characters'],
    ['an unknown key', { data: 'x', keyid: 'no' }, "No secret with id 'no'"],
    ['a short key', { data: 'x', keyid: 'short' }, 'Key should be 32 bytes in length'],
    ['a key without IV', sealed, 'IV is required to decrypt secret'],
    ['a short IV', { ...sealed, iv: 'AAAA' }, 'IV should be 16 bytes in length not 3'],
    ['half a block', { ...sealed, iv: iv.toString('base64') }, 'Length 3 must be a multiple of block size 16'],
  ] as const) {
    test(`is refused, in QEMU's words: ${what}`, async () => {
      await assert.rejects(readSecret(properties, find), { message });
    });
  }

  test('whose file cannot be read says why', async () => {
    const file = join(folder, 'none');
    await assert.rejects(readSecret({ file }, nobody), {
      message: `Unable to read ${file}: Failed to open file “${file}”: No such file or directory`,
    });
    await assert.rejects(readSecret({ file: folder }, nobody), { message: /Error reading file .*: Is a directory/ });
  });
});
