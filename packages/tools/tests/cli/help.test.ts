import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CommandSpec } from '#src/cli/command-spec.js';
import { manPage } from '#src/cli/man-page.js';
import { toolsVersion } from '#src/cli/version.js';
import { allSpecs } from '#src/qmp/all-specs.js';
import { programs } from '#src/qmp/specs/scripts.js';
import { runTool } from '../support/run-tool.js';

function leaves(spec: CommandSpec, path: readonly string[]): { spec: CommandSpec; path: readonly string[] }[] {
  return [{ spec, path }, ...(spec.commands ?? []).flatMap((inner) => leaves(inner, [...path, inner.name]))];
}

test('every command has examples and says what it does', () => {
  for (const { spec, path } of allSpecs.flatMap((root) => leaves(root, [root.name]))) {
    assert.ok(spec.examples.length > 0, `${path.join(' ')} has no example`);
    assert.ok(spec.summary.length > 5);
    for (const { line } of spec.examples) assert.ok(/qmp|vm-info|qom-|qemu-ga/.test(line), line);
  }
});

test('--help of every program shows examples and exit codes, on standard output', async () => {
  await Promise.all(
    allSpecs.map(async ({ name }) => {
      const { code, out, err } = await runTool(name, ['--help']);
      assert.deepEqual([code, err], [0, ''], name);
      assert.match(out, /^Usage: /);
      assert.match(out, /\nExamples:\n/);
      assert.match(out, /4 timeout/);
    }),
  );
});

test('manual pages come from the same source and have no stray requests', () => {
  for (const spec of allSpecs) {
    const page = manPage(spec, '1.0.0');
    assert.match(page, /^\.TH /);
    for (const section of ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'EXAMPLES', 'EXIT STATUS'])
      assert.ok(page.includes(`.SH ${section}\n`));
    for (const line of page.split('\n')) assert.ok(!line.startsWith('.') || /^\.(TH|SH|SS|TP|PP|B) ?/.test(line), line);
  }
});

test('the version is that of the package', async () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  assert.equal(toolsVersion, manifest.version);
  assert.equal((await runTool('qmp', ['--version'])).out, `${manifest.version}\n`);
});

test('every program of the package has a specification', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { bin: object };
  assert.deepEqual(Object.keys(manifest.bin).sort(), allSpecs.map((spec) => spec.name).sort());
  assert.deepEqual(
    programs,
    allSpecs.map((spec) => spec.name),
  );
});
