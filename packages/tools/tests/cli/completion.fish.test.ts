import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { completionScript } from '#src/cli/completion-script.js';
import { allSpecs } from '#src/qmp/all-specs.js';

let home: string;
before(() => {
  home = mkdtempSync(join(tmpdir(), 'qmp-fish-'));
  writeFileSync(join(home, 'qmp.fish'), completionScript('fish', allSpecs));
});
after(() => rmSync(home, { recursive: true }));

/** What fish offers for a line, without the summaries. */
function offered(line: string): string[] {
  const script = `source $HOME/qmp.fish; complete -C '${line}'`;
  return execFileSync('fish', ['--no-config', '-c', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' },
    cwd: home,
  })
    .split('\n')
    .filter((word) => word !== '')
    .map((word) => word.split('\t')[0] ?? '');
}

test('fish completes commands, commands inside commands, and options', () => {
  assert.deepEqual(offered('qmp scr'), ['screenshot']);
  assert.deepEqual(offered('qmp qom '), ['get', 'ls', 'set', 'tree']);
  assert.deepEqual(offered('vm-info --wat'), ['--watch']);
  assert.ok(offered('qmp exec --').includes('--oob'));
  assert.ok(!offered('qmp snapshot --').includes('--oob'));
});

test('fish completes paths where an address stands, and nowhere else', () => {
  assert.ok(offered('qmp exec ').includes('qmp.fish'));
  assert.deepEqual(offered('qmp snapshot q'), []);
});
