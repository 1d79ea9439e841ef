/** The walls between the rooms: the compiler and the linter refuse what ARCHITECTURE.md does not allow. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { root, scratch } from './support.js';

/** Runs a program of this workspace and resolves with its exit code and everything it printed. */
async function outcome(name: string, args: readonly string[], cwd: string): Promise<{ code: number; text: string }> {
  return await new Promise((resolve) => {
    execFile(join(root, 'node_modules/.bin', name), args, { cwd, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr });
    });
  });
}

/** A copy of the sources of a package, and of what compiles and lints them, where a test may do harm. */
async function copyOf(t: TestContext, name: string): Promise<string> {
  const there = await scratch(t);
  for (const file of ['tsconfig.base.json', 'biome.json']) await cp(join(root, file), join(there, file));
  const folder = join(there, 'packages', name);
  await mkdir(folder, { recursive: true });
  await cp(join(root, 'packages', name, 'src'), join(folder, 'src'), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.core.json']) {
    await cp(join(root, 'packages', name, file), join(folder, file)).catch(() => {});
  }
  return there;
}

describe('the walls between the rooms', () => {
  for (const [name, project, room] of [
    ['qmp', 'tsconfig.core.json', 'protocol'],
    ['qapi', 'tsconfig.json', 'schema'],
  ] as const) {
    test(`the core of ${name} does not compile when it touches Node`, async (t) => {
      const there = await copyOf(t, name);
      const folder = join(there, 'packages', name);
      const clean = await outcome('tsc', ['-p', project, '--noEmit'], folder);
      assert.equal(clean.code, 0, clean.text);
      await writeFile(
        join(folder, 'src', room, 'intruder.ts'),
        'export const intruder = Buffer.from(process.title);\n',
      );
      const dirty = await outcome('tsc', ['-p', project, '--noEmit'], folder);
      assert.notEqual(dirty.code, 0);
      assert.match(dirty.text, /intruder\.ts.*Buffer/);
      assert.match(dirty.text, /intruder\.ts.*process/);
    });
  }

  for (const [file, line] of [
    ['packages/qmp/src/json/intruder.ts', "import '../protocol/index.js';"],
    ['packages/qmp/src/client/intruder.ts', "import '../monitor/index.js';"],
    ['packages/qmp/src/monitor/intruder.ts', "import 'node:net';"],
    ['packages/qmp/src/chardev/intruder.ts', "import '../client/index.js';"],
    ['packages/qapi/src/language/intruder.ts', "import '../schema/model.js';"],
    ['packages/machine/src/intruder.ts', "import 'qmp-tools';"],
  ] as const) {
    test(`the linter refuses ${line} in ${file}`, async (t) => {
      const there = await copyOf(t, file.split('/')[1] ?? '');
      const biome = JSON.parse(await readFile(join(there, 'biome.json'), 'utf8')) as {
        vcs?: unknown;
        $schema?: unknown;
      };
      await writeFile(join(there, 'biome.json'), JSON.stringify({ ...biome, vcs: undefined, $schema: undefined }));
      await writeFile(join(there, file), `${line}\n`);
      const { code, text } = await outcome('biome', ['lint', file], there);
      assert.notEqual(code, 0);
      assert.match(text, /noRestrictedImports/);
    });
  }

  for (const name of ['qmp', 'qapi']) {
    test(`${name} has no runtime dependency`, async () => {
      const manifest = JSON.parse(await readFile(join(root, 'packages', name, 'package.json'), 'utf8')) as {
        dependencies?: Record<string, string>;
        peerDependencies?: Record<string, string>;
        peerDependenciesMeta?: Record<string, { optional?: boolean }>;
      };
      assert.equal(manifest.dependencies, undefined);
      for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
        assert.equal(manifest.peerDependenciesMeta?.[peer]?.optional, true, `${peer} is optional`);
      }
    });
  }
});
