import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

/** Runs a program in a directory that has this package installed. */
async function outputOf(program: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'qapi-docs-'));
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    writeFileSync(join(directory, 'example.mjs'), program);
    return (await run(process.execPath, [join(directory, 'example.mjs')])).stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

for (const page of ['docs/qapi.md', 'packages/qapi/README.md']) {
  test(`the programs in ${page} print what stands beside them`, async () => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const programs = [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
    assert.ok(programs.length > 0);
    for (const program of programs) {
      const promised = [...program.matchAll(/^console\.log\(.*\/\/ (.*)$/gm)].map((match) => match[1] ?? '');
      const lines = (await outputOf(program)).trimEnd().split('\n');
      assert.deepEqual(lines.length, promised.length);
      for (const [index, line] of lines.entries())
        assert.ok(promised[index]?.startsWith(line), `${line} is not ${promised[index]}`);
    }
  });
}

test('docs/qapi.md lists every command of qapi-gen', async () => {
  const text = readFileSync(join(ROOT, 'docs/qapi.md'), 'utf8');
  const { stdout } = await run(process.execPath, [join(ROOT, 'packages/qapi/bin/qapi-gen.js'), '--help']);
  const names = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => match[1]);
  assert.ok(names.length >= 9);
  for (const name of names) assert.ok(text.includes(`| \`${name} `), `${name} is missing`);
});
