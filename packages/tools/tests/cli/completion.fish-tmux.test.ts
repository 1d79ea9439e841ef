import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Installed, installTools } from '../support/installed.js';
import { Terminal } from '../support/tmux.js';

let installed: Installed;
before(async () => {
  installed = await installTools();
  const folder = join(installed.folder, '.config/fish/conf.d');
  mkdirSync(folder, { recursive: true });
  const prompt = "function fish_prompt; echo '> '; end; set -g fish_greeting; set -g fish_autosuggestion_enabled 0";
  writeFileSync(join(folder, 'qmp.fish'), `cd ~\n${prompt}\n${installed.script('fish')}`);
});
after(() => installed[Symbol.asyncDispose]());

test('fish completes commands with their summaries, options, values and sockets', async () => {
  const env = { HOME: installed.folder, PATH: installed.path, XDG_CONFIG_HOME: join(installed.folder, '.config') };
  await using terminal = new Terminal('/usr/bin/env', ['fish', '-i'], { env });
  await terminal.see(/^>$/m);
  terminal.type('qmp scr');
  terminal.press('Tab');
  await terminal.see(/^> qmp screenshot$/m);
  terminal.type('vm.');
  terminal.press('Tab');
  await terminal.see(/^> qmp screenshot vm\.sock$/m);
  terminal.press('C-u');
  terminal.type('qmp snapshot ');
  terminal.press('Tab');
  const screen = await terminal.see(/save +\(save disks and memory under a name\)/);
  assert.match(screen, /delete +\(remove a snapshot/);
  terminal.press('C-c');
  await terminal.see(/^>$/m);
  terminal.type('qmp block mirror --sync t');
  terminal.press('Tab');
  await terminal.see(/^> qmp block mirror --sync top$/m);
});
