import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Installed, installTools } from '../support/installed.js';
import { Terminal } from '../support/tmux.js';

let installed: Installed;
before(async () => {
  installed = await installTools();
  mkdirSync(join(installed.folder, 'functions'));
  writeFileSync(join(installed.folder, 'functions/_qmp'), installed.script('zsh'));
});
after(() => installed[Symbol.asyncDispose]());

for (const [way, load] of [
  ['sourced', 'compinit -u -D; source ~/functions/_qmp'],
  ['in a folder of $fpath', 'fpath=(~/functions $fpath); compinit -u -D'],
] as const) {
  test(`zsh completes commands with their summaries, options, values and sockets: ${way}`, async () => {
    const { folder, path } = installed;
    writeFileSync(join(folder, '.zshrc'), `PS1='%% '; PATH='${path}'; cd ~; autoload -Uz compinit; ${load}\n`);
    await using terminal = new Terminal('/usr/bin/env', ['zsh', '-i'], { env: { HOME: folder, ZDOTDIR: folder } });
    await terminal.see(/^%$/m);
    terminal.type('qmp scr');
    terminal.press('Tab');
    await terminal.see(/^% qmp screenshot$/m);
    terminal.type(' vm.');
    terminal.press('Tab');
    await terminal.see(/^% qmp screenshot vm\.sock$/m);
    terminal.press('C-u');
    terminal.type('qmp snapshot ');
    terminal.press('Tab');
    const screen = await terminal.see(/^save +-- save disks and memory under a name$/m);
    assert.match(screen, /^delete +-- remove a snapshot/m);
    terminal.press('C-u');
    terminal.type('qmp block mirror --sync=t');
    terminal.press('Tab');
    await terminal.see(/^% qmp block mirror --sync=top$/m);
  });
}
