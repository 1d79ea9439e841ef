/** The telnet session of the founding document, with a real telnet client. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { listening, root, start } from './support.js';

test('"To manually test QMP one can connect with telnet and issue commands by hand"', async (t) => {
  const machine = start(t, 'node', [
    join(root, 'packages/machine/bin/qmp-machine.js'),
    ...['-display', 'none', '-qmp', 'tcp:localhost:4444,server,wait=off'],
  ]);
  await listening(4444);
  const telnet = start(t, 'telnet', ['localhost', '4444']);
  await telnet.sees(/Connected to localhost\./);
  await telnet.sees(/Escape character is '\^\]'\./);
  await telnet.sees(
    /\{"QMP": \{"version": \{"qemu": \{"micro": \d+, "minor": \d+, "major": \d+\}, "package": ".*"\}, "capa/,
  );
  telnet.type('{ "execute": "qmp_capabilities" }\n');
  await telnet.sees(/\{"return": \{\}\}/);
  telnet.type('{ "execute": "query-version" }\n');
  await telnet.sees(/\{"return": \{"qemu": \{"micro": \d+, "minor": \d+, "major": \d+\}, "package": ".*"\}\}/);
  telnet.type('{ "execute": "quit" }\n');
  assert.deepEqual(await machine.exited, { code: 0, signal: null });
});
