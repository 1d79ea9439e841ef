import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { completionScript, type ShellName } from '#src/cli/completion-script.js';
import { programs } from '#src/qmp/specs/scripts.js';
import { type Installed, installTools } from '../support/installed.js';
import { runTool } from '../support/run-tool.js';

let installed: Installed;
before(async () => {
  installed = await installTools();
});
after(() => installed[Symbol.asyncDispose]());

/** What bash offers for a line with the cursor at its end. */
function offered(line: string): string[] {
  const script = `${completionScript('bash', programs)}
COMP_LINE='${line}' COMP_POINT=${line.length}; _qmp_tools; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: installed.path, HOME: installed.folder };
  return execFileSync('bash', ['-c', script], { encoding: 'utf8', env, cwd: installed.folder })
    .split('\n')
    .filter((word) => word !== '');
}

test('bash completes commands, commands inside commands, options and their values', () => {
  assert.deepEqual(offered('qmp scr'), ['screenshot']);
  assert.deepEqual(offered('qmp qom '), ['ls', 'get', 'set', 'tree']);
  assert.deepEqual(offered('/usr/bin/vm-info --w'), ['--watch']);
  assert.ok(offered('qmp exec --').includes('--oob'));
  assert.deepEqual(offered('qmp block mirror --sync t'), ['top']);
});

test('bash gets only what comes behind the = and the : that it breaks words at', () => {
  assert.deepEqual(offered('qmp block mirror --sync=t'), ['top']);
  assert.deepEqual(offered('qmp exec unix:./vm.s'), ['./vm.sock']);
});

test('every shell has a script that names every program', async () => {
  for (const shell of ['bash', 'zsh', 'fish'] as ShellName[]) {
    const { out } = await runTool('qmp', ['completion', shell]);
    assert.equal(out, completionScript(shell, programs));
    for (const name of programs) assert.ok(out.includes(name), name);
  }
});

test('qmp completion refuses other shells', async () => {
  const other = await runTool('qmp', ['completion', 'cmd']);
  assert.equal(other.code, 2);
  assert.match(other.err, /known: bash, zsh, fish/);
});
