import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openChardev } from 'qmp/chardev';
import { RawClient } from './client.js';

const folder = fileURLToPath(new URL('../../../../examples/', import.meta.url));

/** Runs an example and connects to the monitor it says it listens on. */
async function start(name: string): Promise<{ child: ChildProcess; client: RawClient; said: string }> {
  const child = spawn(process.execPath, [`${folder}${name}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const address = /(tcp:[\d.]+:\d+)/.exec(line)?.[1] ?? '';
  const client = new RawClient(await openChardev(address));
  await client.line();
  assert.equal(await client.ask('{"execute": "qmp_capabilities"}'), '{"return": {}}');
  return { child, client, said: line };
}

test('the example with a schema of its own checks arguments, raises its event and describes itself', async () => {
  const { child, client } = await start('own-schema.mjs');
  assert.match(await client.ask('{"execute": "lamp-set", "arguments": {"on": 1}}'), /type for 'on', expected: boolean/);
  client.send('{"execute": "lamp-set", "arguments": {"on": true, "brightness": 7}}');
  const [event, reply] = await client.lines(2);
  assert.match(event ?? '', /"event": "LAMP_CHANGED", "data": \{"on": true, "brightness": 7\}/);
  assert.equal(reply, '{"return": {}}');
  assert.match(await client.ask('{"execute": "query-qmp-schema"}'), /"name": "lamp-set"/);
  child.kill();
  const [code] = (await once(child, 'exit')) as [number | null];
  assert.equal(code, 0);
});

test('the example inside a service reports requests, drains and quits', async () => {
  const { child, client, said } = await start('inside-a-service.mjs');
  const url = /http:\/\/[\d.:]+/.exec(said)?.[0] ?? '';
  assert.equal(await (await fetch(`${url}/a`)).text(), 'hello\n');
  assert.match(await client.line(), /"event": "REQUEST", "data": \{"url": "\/a"\}/);
  assert.equal(await client.ask('{"execute": "query-hits"}'), '{"return": [{"url": "/a", "count": 1}]}');
  assert.equal(
    await client.ask('{"execute": "human-monitor-command", "arguments": {"command-line": "info hits"}}'),
    '{"return": "/a: 1\\r\\n"}',
  );
  await client.ask('{"execute": "drain"}');
  assert.match(await client.ask('{"execute": "drain"}'), /"The service is draining already"/);
  assert.match(await client.ask('{"execute": "quit"}'), /"Only local clients may quit"/);
  child.kill();
  await once(child, 'exit');
  await client.chardev.close();
});
