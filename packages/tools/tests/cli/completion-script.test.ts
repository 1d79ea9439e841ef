import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { completionScript } from '#src/cli/completion-script.js';
import { allSpecs } from '#src/qmp/all-specs.js';
import { runTool } from '../support/run-tool.js';

/** What bash offers for a line whose last word is being typed. */
function offered(...words: string[]): string[] {
  const script = `${completionScript('bash', allSpecs)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_qmp_tools; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '');
}

test('bash completes commands, commands inside commands, and options', () => {
  assert.deepEqual(offered('qmp', 'scr'), ['screenshot']);
  assert.deepEqual(offered('qmp', 'qom', ''), ['ls', 'get', 'set', 'tree', '--help']);
  assert.deepEqual(offered('/usr/bin/vm-info', '--w'), ['--watch']);
  assert.ok(offered('qmp', 'exec', '--').includes('--oob'));
});

test('zsh and fish scripts name every command with its summary', () => {
  for (const shell of ['zsh', 'fish'] as const) {
    const script = completionScript(shell, allSpecs);
    for (const word of ['screenshot', 'save the screen as a PNG file', 'qom-tree', 'unplug'])
      assert.ok(script.includes(word), word);
  }
});

test('qmp completion prints the script and refuses other shells', async () => {
  const bash = await runTool('qmp', ['completion', 'bash']);
  assert.equal(bash.out, completionScript('bash', allSpecs));
  const other = await runTool('qmp', ['completion', 'cmd']);
  assert.equal(other.code, 2);
  assert.match(other.err, /known: bash, zsh, fish/);
});
