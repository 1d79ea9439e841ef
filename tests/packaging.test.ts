import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { listening, root, run, scratch, start } from './support.js';

/** Each published package with the folder it is in, and what else it needs of this workspace. */
const packages = [
  { name: 'qmp', folder: 'qmp', needs: [] },
  { name: 'qapi', folder: 'qapi', needs: [] },
  { name: 'qmp-machine', folder: 'machine', needs: ['qmp', 'qapi'] },
  { name: 'qmp-tools', folder: 'tools', needs: ['qmp', 'qapi', 'qmp-machine'] },
];

/** The machine that the examples talk to. */
const exampleMachine = ['-name', 'example', '-display', 'none', '-qmp', 'tcp:localhost:4444,server,wait=off'];

describe('published packages', () => {
  for (const { name, folder, needs } of packages) {
    test(`${name} packs, has valid exports and types, installs alone and its README example runs`, async (t) => {
      const there = await scratch(t);
      const tarballs = new Map<string, string>();
      for (const other of packages.filter((p) => p.name === name || needs.includes(p.name))) {
        const packed = JSON.parse(
          await run('npm', ['pack', '--json', '--pack-destination', there], join(root, 'packages', other.folder)),
        ) as [{ filename: string }];
        tarballs.set(other.name, join(there, packed[0].filename));
      }
      const own = tarballs.get(name) ?? '';
      await run('npx', ['publint', 'run', own, '--strict']);
      await run('npx', ['attw', own, '--profile', 'esm-only', '--no-emoji']);

      const { engines } = JSON.parse(await readFile(join(root, 'packages', folder, 'package.json'), 'utf8')) as {
        engines: { node: string };
      };
      assert.equal(engines.node, '>=20');

      const project = join(there, 'project');
      await mkdir(project);
      await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
      await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs.values()], project);
      start(t, 'node', [join(root, 'packages/machine/bin/qmp-machine.js'), ...exampleMachine]);
      await listening(4444);
      await runReadme(name, folder, project);
    });
  }
});

/** Runs the first example of a package's README in a project that has the package from its tarball. */
async function runReadme(name: string, folder: string, project: string): Promise<void> {
  const readme = await readFile(join(root, 'packages', folder, 'README.md'), 'utf8');
  const script = /```js\n([\s\S]*?)```/.exec(readme)?.[1];
  if (script !== undefined) {
    await writeFile(join(project, 'example.js'), script);
    const printed = await run('node', ['example.js'], project);
    assert.notEqual(printed.trim(), '', `the README example of ${name} prints something`);
  }
  const commands = /```sh run\n([\s\S]*?)```/.exec(readme)?.[1];
  for (const line of commands?.trim().split('\n') ?? []) await run('sh', ['-c', line], project);
  assert.ok(script !== undefined || commands !== undefined, `the README of ${name} has an example that a test can run`);
}
