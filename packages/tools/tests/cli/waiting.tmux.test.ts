import { test } from 'node:test';
import { fakeServer } from '../support/fake-server.js';
import { Terminal } from '../support/tmux.js';

test('who waits for a monitor on a terminal is told why, and then that it came to nothing', async () => {
  await using server = await fakeServer(() => undefined);
  for (const tool of ['vm-info', 'qmp-shell']) {
    await using terminal = new Terminal(tool, ['-t', '3', server.path], { columns: 200 });
    await terminal.see(/waiting for .*, which may be held by somebody else; Ctrl-C gives up/);
    await terminal.see(/sent no greeting[\s\S]*exit 4$/);
  }
});
