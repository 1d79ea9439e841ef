import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exampleFolder, examplesOf, root } from './examples.js';

test('every example of the guides compiles under the strictest settings', () => {
  const folder = exampleFolder();
  try {
    for (const page of ['client', 'operations', 'launch', 'testing', 'wire-logs']) {
      const examples = examplesOf(page);
      assert.ok(examples.length > 0, page);
      for (const [index, code] of examples.entries()) {
        writeFileSync(join(folder, `${page}-${index + 1}.ts`), `${code}\nexport {};\n`);
      }
    }
    const compilerOptions = { noEmit: true, composite: false, declaration: false, declarationMap: false };
    const more = { incremental: false, isolatedDeclarations: false, types: ['node'], rootDir: '/' };
    const config = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { ...compilerOptions, ...more },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
    assert.equal(stdout, '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('each of the fifteen asks names tests that are there', () => {
  const page = readFileSync(join(root, 'docs/client.md'), 'utf8');
  const rows = page.slice(page.indexOf('| ask | here | shown by |')).split('\n').slice(2);
  const asks = rows.filter((row) => row.startsWith('|')).map((row) => row.split('|').slice(1, -1));
  assert.equal(asks.length, 15);
  for (const [ask, , shown = ''] of asks) {
    const tests = shown.includes('packages/tools/tests') ? 'packages/tools/tests' : 'packages/qmp/tests';
    const files = [...shown.matchAll(/(?:"([^"]+)" in )?`([^`]+\.test\.ts)`/g)];
    assert.ok(files.length > 0, ask);
    for (const [, title = '', file = ''] of files) {
      const path = join(root, tests, file);
      assert.ok(existsSync(path) && readFileSync(path, 'utf8').includes(title), `${ask}: ${title} in ${file}`);
    }
  }
});
