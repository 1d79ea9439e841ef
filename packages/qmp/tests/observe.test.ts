import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import { test } from 'node:test';
import { type AnyApi, connect, type TraceEvent } from 'qmp';
import { memoryChardevs } from 'qmp/testing';
import { GREETING, Peer } from './client/peer.js';

async function session(tracer?: (event: TraceEvent) => void): Promise<void> {
  const [near, far] = memoryChardevs({ labels: ['unix:/vm.sock', 'far'] });
  const peer = new Peer(far);
  peer.say(GREETING);
  const client = await connect<AnyApi>(near, tracer === undefined ? {} : { tracer });
  peer.answer = () => {
    peer.event('STOP');
    return '{"return": {}}\r\n';
  };
  await client.execute('object-add', { 'qom-type': 'secret', id: 's0', data: 'hunter2' });
  await client.close();
}

test('a tracer is told of states, commands, replies and events, without secrets', async () => {
  const seen: TraceEvent[] = [];
  await session((event) => void seen.push(event));
  assert.deepEqual(
    seen.map((event) => event.type),
    ['state', 'state', 'command', 'event', 'reply', 'state', 'state'],
  );
  const command = seen.find(({ type }) => type === 'command');
  assert.ok(command?.type === 'command');
  assert.deepEqual(command.arguments, { 'qom-type': 'secret', id: 's0', data: '<redacted>' });
  assert.equal(JSON.stringify(seen).includes('hunter2'), false);
});

test('a tracer that throws does no harm', async () => {
  await session(() => {
    throw new Error('bug');
  });
});

test('diagnostics channels carry the same', async () => {
  const seen: string[] = [];
  const onMessage = (message: unknown): void => void seen.push((message as TraceEvent).type);
  diagnostics.subscribe('qmp:command', onMessage);
  diagnostics.subscribe('qmp:reply', onMessage);
  await session();
  diagnostics.unsubscribe('qmp:command', onMessage);
  diagnostics.unsubscribe('qmp:reply', onMessage);
  assert.deepEqual(seen, ['command', 'reply']);
});

test('NODE_DEBUG=qmp prints lines to standard error, without secrets', () => {
  const script = `
    import { connect } from 'qmp';
    import { memoryChardevs } from 'qmp/testing';
    const [near, far] = memoryChardevs({ labels: ['unix:/vm.sock', 'far'] });
    far.start({ data: (chunk) => {
      const { id } = JSON.parse(new TextDecoder().decode(chunk));
      far.write(JSON.stringify({ return: {}, ...(id === undefined ? {} : { id }) }) + '\\r\\n');
    }, end() {}, drain() {}, close() {} });
    far.write(${JSON.stringify(GREETING)});
    const vm = await connect(near);
    await vm.execute('set_password', { protocol: 'vnc', password: 'hunter2' });
    await vm.close();`;
  const folder = new URL('..', import.meta.url);
  const output = execFileSync('sh', ['-c', 'exec "$0" --input-type=module -e "$1" 2>&1', process.execPath, script], {
    env: { ...process.env, NODE_DEBUG: 'qmp' },
    cwd: folder,
    encoding: 'utf8',
  });
  assert.match(output, /QMP \d+: unix:\/vm.sock > set_password \{"protocol":"vnc","password":"<redacted>"\}/);
  assert.match(output, /unix:\/vm.sock < set_password [\d.]+ ms \{\}/);
  assert.doesNotMatch(output, /hunter2/);
});
