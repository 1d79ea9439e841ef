import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakeQmp } from '../support/fake-server.js';
import { installTools } from '../support/installed.js';
import { Terminal } from '../support/tmux.js';

const schema = [
  { name: '0', 'meta-type': 'object', members: [{ name: 'node-name', type: 'str' }] },
  { name: 'str', 'meta-type': 'builtin', 'json-type': 'string' },
  { name: 'block_resize', 'meta-type': 'command', 'arg-type': '0', 'ret-type': '0' },
];

test('bash completes programs, sockets, and what only the machine knows', async () => {
  await using installed = await installTools();
  await using server = await fakeQmp(({ execute }) => {
    if (execute === 'query-qmp-schema') return schema;
    return execute === 'query-named-block-nodes' ? [{ 'node-name': 'node0' }] : [];
  });
  const start = join(installed.folder, 'bashrc');
  writeFileSync(start, `PS1='% '; PATH='${installed.path}'\n${installed.script('bash')}`);
  await using terminal = new Terminal('/usr/bin/env', ['bash', '--rcfile', start, '-i'], { columns: 120 });
  await terminal.see(/^%$/m);
  terminal.type('qmp exe');
  terminal.press('Tab');
  await terminal.see(/^% qmp exec$/m);
  terminal.type(server.path.slice(0, -3));
  terminal.press('Tab');
  await terminal.see(/fake\.sock$/m);
  terminal.type('blo');
  terminal.press('Tab');
  await terminal.see(/block_resize$/m);
  terminal.type('no');
  terminal.press('Tab');
  await terminal.see(/node-name=$/m);
  terminal.press('Tab');
  await terminal.see(/node-name=node0$/m);
});
