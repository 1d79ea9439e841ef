import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectAgent, type QmpError } from 'qmp';
import type { JsonObject } from 'qmp/json';
import { FakeClock, memoryChardevs } from 'qmp/testing';
import { GREETING, Peer } from './peer.js';

function agentPeer(answer: (command: JsonObject) => string | undefined) {
  const [near, far] = memoryChardevs({ labels: ['unix:/agent.sock', 'far'] });
  const peer = new Peer(far);
  peer.answer = answer;
  return { near, peer };
}

const sync = (command: JsonObject) =>
  command.execute === 'guest-sync-delimited'
    ? `\u00ff{"return": ${(command.arguments as JsonObject).id}}\n`
    : undefined;

test('what a former client left on the line is skipped, up to the answer to our synchronisation', async () => {
  const { near, peer } = agentPeer((command) => {
    if (command.execute !== 'guest-sync-delimited') return '{"return": "fresh"}\n';
    peer.say('{"return": {"stale": tr');
    peer.wire.write(Uint8Array.of(0xff));
    peer.say(`{"return": 17}\n{"error": {"class": "GenericError", "desc": "JSON parse error, stray"}}\n`);
    peer.wire.write(Uint8Array.of(0xff));
    return `{"return": ${(command.arguments as JsonObject).id}}\n`;
  });
  peer.say('{"return": "late reply of a former client"}\n{"half": ');
  const agent = await connectAgent(near);
  assert.match(peer.text, /^\xff\{"execute":"guest-sync-delimited"/);
  assert.equal(agent.greeting, undefined);
  assert.equal(await agent.execute('guest-ping'), 'fresh');
  await agent.close();
});

test('a line without an agent is named as such', async () => {
  const clock = new FakeClock();
  const { near } = agentPeer(() => undefined);
  const connecting = assert.rejects(connectAgent(near, { clock }), (error: QmpError) => {
    assert.equal(error.code, 'QMP_GREETING_TIMEOUT');
    assert.match(error.message, /unix:\/agent.sock: no guest agent answered for 10 s/);
    return true;
  });
  await clock.advance(20_000);
  await connecting;
});

test('a monitor is not taken for an agent', async () => {
  const { near, peer } = agentPeer(sync);
  peer.say(GREETING);
  await assert.rejects(connectAgent(near), /this is a QMP monitor, not a guest agent/);
});

test('an agent that was lost is synchronised with again, and asked nothing that only a monitor knows', async () => {
  const clock = new FakeClock();
  const peers: Peer[] = [];
  const open = async () => {
    const { near, peer } = agentPeer(sync);
    peers.push(peer);
    return near;
  };
  const agent = await connectAgent(open, { clock, reconnect: { delay: 100 } });
  const lost = assert.rejects(agent.execute('guest-ping'), (error: QmpError) => {
    assert.match(error.hint ?? '', /The agent ended, or the channel to it was closed/);
    return true;
  });
  await peers[0]?.wire.close();
  await lost;
  await clock.advance(1000);
  assert.equal(agent.state, 'running');
  assert.deepEqual(
    peers[1]?.sent.map(({ execute }) => execute),
    ['guest-sync-delimited'],
  );
  agent.destroy();
});
