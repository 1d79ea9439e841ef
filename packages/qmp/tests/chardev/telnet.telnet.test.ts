import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { listenChardev } from 'qmp/chardev';
import { Probe } from './contract.js';

test('the telnet program talks to a telnet server of ours', { timeout: 20_000 }, async () => {
  const listener = await listenChardev('telnet:127.0.0.1:0,server=on');
  const port = listener.label.split(':').at(-1) ?? '';
  const telnet = spawn('telnet', ['127.0.0.1', port], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => telnet.once('close', resolve));
  let out = '';
  telnet.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('latin1');
  });
  const server = await listener.next();
  assert.ok(server);
  const probe = new Probe(server);
  server.write('{"QMP": {}}\r\n');
  telnet.stdin.write('{ "execute": "qmp_capabilities" }\n');
  await probe.until(() => probe.text.includes('}'));
  assert.match(probe.text, /^\{ "execute": "qmp_capabilities" \}/);
  while (!out.includes('{"QMP": {}}')) await new Promise((resolve) => telnet.stdout.once('data', resolve));
  await server.close();
  await gone;
  await listener.close();
  assert.doesNotMatch(out, /\xff/);
});
