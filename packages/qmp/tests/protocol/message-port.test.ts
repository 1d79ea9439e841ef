import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { connect } from 'qmp';
import { createMonitor } from 'qmp/monitor';
import { messagePortChardev } from 'qmp/protocol';
import { chardevContract } from '../chardev/contract.js';

chardevContract('message port', async () => {
  const { port1, port2 } = new MessageChannel();
  return { near: messagePortChardev(port1), far: messagePortChardev(port2) };
});

test('a client and a monitor talk over a message channel', async () => {
  const { port1, port2 } = new MessageChannel();
  await using monitor = createMonitor({
    version: { qemu: { micro: 3, minor: 2, major: 1 }, package: 'port' },
  });
  const session = monitor.attach(messagePortChardev(port2));
  const client = await connect(messagePortChardev(port1, 'worker'));
  assert.equal((await client.execute('query-version')).package, 'port');
  await client.close();
  await session.closed;
});
