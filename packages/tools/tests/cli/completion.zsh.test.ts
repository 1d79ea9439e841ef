import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { completionScript } from '#src/cli/completion-script.js';
import { allSpecs } from '#src/qmp/all-specs.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'qmp-zsh-'));
  writeFileSync(join(folder, '_qmp'), completionScript('zsh', allSpecs));
});
after(() => rmSync(folder, { recursive: true }));

/** What the script hands to zsh for a line: everything that fits there, and `files` where paths do. */
function handedOver(load: string, ...words: string[]): string[] {
  const script = `
    _describe() { print -rl -- \${(P)2} }
    _files() { print files }
    compdef() { handler=$1 }
    ${load}
    words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}
    $handler`;
  return execFileSync('zsh', ['-f', '-c', script], { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: folder } })
    .trimEnd()
    .split('\n');
}

for (const [way, load] of [
  ['sourced', 'source $HOME/_qmp'],
  ['in a folder of $fpath', 'fpath=($HOME $fpath); autoload -Uz _qmp; handler=_qmp'],
] as const) {
  test(`zsh completes commands, commands inside commands, and options: ${way}`, () => {
    assert.ok(handedOver(load, 'qmp', 'scr').includes('screenshot:save the screen as a PNG file'));
    const inner = handedOver(load, 'qmp', 'qom', '').map((line) => line.split(':')[0]);
    assert.deepEqual(inner, ['ls', 'get', 'set', 'tree', '--help']);
    const info = handedOver(load, '/usr/bin/vm-info', '--w');
    assert.ok(info.some((line) => line.startsWith('--watch:')));
    assert.ok(info.includes('files'));
  });
}
