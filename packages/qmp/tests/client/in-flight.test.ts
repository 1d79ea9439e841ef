import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, QmpError } from 'qmp';
import { systemClock } from '#src/client/clock.js';
import { pair } from './peer.js';

/** Time stands still: no server is fast or slow by it. */
const still: Clock = { ...systemClock, now: () => 0 };
/** Each look is a microsecond later. */
const quick = (): Clock => {
  let now = 0;
  return {
    ...systemClock,
    now: () => {
      now += 0.001;
      return now;
    },
  };
};
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `query-${i}`);

test('no more in-band commands are on the wire than QEMU can queue; the rest follows in order', async () => {
  const { client, peer } = await pair({ inFlight: 7, clock: still });
  const replies = names(50).map((name) => client.execute(name as 'stop'));
  await peer.received(7);
  assert.equal(client.inFlight, 50);
  for (let i = 0; i < 50; i++) {
    const command = await peer.received(i + 1);
    assert.equal(command.execute, `query-${i}`);
    assert.ok(peer.sent.length <= i + 7);
    peer.reply(command.id, { n: i });
  }
  assert.deepEqual(
    await Promise.all(replies),
    names(50).map((_, n) => ({ n })),
  );
  await client.close();
});

test('an out-of-band command goes out at once while in-band commands wait for their turn', async () => {
  const { client, peer } = await pair();
  const replies = names(30).map((name) => client.execute(name as 'stop'));
  await peer.received(7);
  const yank = client.execute('yank', { instances: [] }, { oob: true });
  const sent = await peer.received(8);
  assert.equal(sent['exec-oob'], 'yank');
  peer.reply(sent.id);
  await yank;
  for (let i = 0; i < 7; i++) peer.reply(peer.sent[i]?.id);
  for (let i = 8; i < 31; i++) peer.reply((await peer.received(i + 1)).id);
  await Promise.all(replies);
  await client.close();
});

test('without out-of-band everything is written at once', async () => {
  const { client, peer } = await pair({ oob: false });
  const replies = names(30).map((name) => client.execute(name as 'stop'));
  await peer.received(30);
  for (const { id } of peer.sent) peer.reply(id);
  await Promise.all(replies);
  await client.close();
});

test('a command given up before its turn is never sent, and its error says so', async () => {
  const { client, peer } = await pair({ inFlight: 1 });
  const first = client.execute('query-name');
  const late = client.execute('stop', {}, { timeout: 30 });
  const controller = new AbortController();
  const aborted = client.execute('cont', {}, { signal: controller.signal });
  const last = client.execute('query-status');
  controller.abort();
  await assert.rejects(aborted, (error: QmpError) => {
    assert.equal(error.code, 'QMP_ABORTED');
    assert.match(error.hint ?? '', /was not sent/);
    return true;
  });
  await assert.rejects(late, (error: QmpError) => {
    assert.equal(error.code, 'QMP_COMMAND_TIMEOUT');
    assert.match(error.message, /did not get its turn .* 1 sent before it is owed a reply/);
    assert.match(error.hint ?? '', /was not sent/);
    return true;
  });
  peer.reply((await peer.received(1)).id);
  peer.reply((await peer.received(2)).id);
  await first;
  await last;
  assert.deepEqual(
    peer.sent.map(({ execute }) => execute),
    ['query-name', 'query-status'],
  );
  await client.close();
});

test('close lets commands that wait for their turn finish; a lost peer tells that they were not sent', async () => {
  const { client, peer } = await pair({ inFlight: 1 });
  const replies = names(3).map((name) => client.execute(name as 'stop'));
  const closing = client.close();
  for (let i = 0; i < 3; i++) peer.reply((await peer.received(i + 1)).id);
  await Promise.all([...replies, closing]);

  const lost = await pair({ inFlight: 1 });
  const [sent, unsent] = [lost.client.execute('stop'), lost.client.execute('cont')];
  const outcomes = Promise.allSettled([sent, unsent]);
  await lost.peer.received(1);
  await lost.peer.wire.close();
  const [first, second] = await outcomes;
  assert.match(((first as PromiseRejectedResult).reason as QmpError).hint ?? '', /^It was sent/);
  assert.match(((second as PromiseRejectedResult).reason as QmpError).hint ?? '', /was not sent/);
  lost.client.destroy();
});

test('what waits for its turn counts against the limit of the outbox', async () => {
  const { client, peer } = await pair({ inFlight: 1, limits: { outbox: 1000 } });
  const first = client.execute('stop');
  const second = client.execute('human-monitor-command', { 'command-line': 'x'.repeat(1000) });
  await assert.rejects(client.execute('cont'), (error: QmpError) => error.code === 'QMP_LIMIT');
  peer.reply((await peer.received(1)).id);
  peer.reply((await peer.received(2)).id, '');
  await Promise.all([first, second]);
  await client.close();
});

test('the option has to be a whole number from 1 up, or Infinity', async () => {
  for (const inFlight of [0, -1, 1.5, Number.NaN, '7' as unknown as number]) {
    await assert.rejects(pair({ inFlight }), (error: QmpError) => error.code === 'QMP_OPTION_INVALID');
  }
});

test('a server faster than any QEMU gets more at once, until it is slow again', async () => {
  const clock = quick();
  let pace = 0;
  const { client, peer } = await pair({ clock: { ...clock, now: () => clock.now() * 10 ** pace } });
  let most = 0;
  let open = 0;
  peer.answer = ({ id }) => {
    most = Math.max(most, ++open);
    queueMicrotask(() => {
      open--;
      peer.reply(id);
    });
    return undefined;
  };
  await Promise.all(names(400).map((name) => client.execute(name as 'stop')));
  assert.ok(most > 50, `${most} at once`);
  pace = 6;
  await Promise.all(names(400).map((name) => client.execute(name as 'stop')));
  most = 0;
  await Promise.all(names(400).map((name) => client.execute(name as 'stop')));
  assert.equal(most, 7);
  await client.close();
});
