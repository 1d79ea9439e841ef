import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMonitor, prepare } from 'qmp/monitor';
import { QmpError } from 'qmp/protocol';
import { memoryChardevs } from 'qmp/testing';
import { join, RawClient, settle, testMonitor, version } from './client.js';
import { manualClock } from './clock.js';

const big = 'x'.repeat(100_000);

/** The error a session ended with. */
async function reason(session: { closed: Promise<Error | undefined> }): Promise<QmpError> {
  const error = await session.closed;
  assert.ok(QmpError.is(error), String(error));
  return error;
}

test('a client that does not read costs a bounded amount, and its commands wait until it does', async () => {
  let runs = 0;
  const handler = () => {
    runs++;
    return big;
  };
  await using monitor = testMonitor({
    commands: [{ name: 'big', handler }],
    limits: { outputPause: 200_000 },
  });
  const [near, far] = memoryChardevs();
  const session = monitor.attach(far);
  const client = new RawClient(near);
  client.send('{"execute": "qmp_capabilities"}');
  await client.lines(2);
  near.pause();
  client.send('{"execute": "big"}'.repeat(500));
  await settle();
  // Each reply is 100 kB: after the third one the output is above the limit and nothing more is read.
  assert.ok(runs <= 4, `${runs} commands ran`);
  assert.ok(far.writableLength <= 500_000, `${far.writableLength} bytes wait`);
  assert.equal(session.state, 'running');
  near.resume();
  await client.lines(500);
  assert.equal(runs, 500);
});

test('a client that does not read slows nobody else', async () => {
  await using monitor = testMonitor({
    commands: [{ name: 'big', handler: () => prepare(big) }],
    limits: { outputPause: 1000 },
  });
  const [lazy, keen] = [await join(monitor), await join(monitor)];
  lazy.chardev.pause();
  lazy.send('{"execute": "big"}'.repeat(50));
  await settle();
  for (let index = 0; index < 50; index++) {
    assert.ok((await keen.ask(`{"execute": "query-version", "id": ${index}}`)).endsWith(`"id": ${index}}`));
  }
});

test('a client that reads no events is closed when too many wait', async () => {
  await using monitor = testMonitor({ limits: { outputPause: 1000, outputBytes: 50_000 } });
  const [lazy, keen] = [await join(monitor), await join(monitor)];
  lazy.chardev.pause();
  for (let index = 0; index < 3000; index++) {
    monitor.emit('TICK', { index });
    if (index % 100 === 0) await settle();
  }
  const error = await reason(lazy.session);
  assert.equal(error.code, 'QMP_LIMIT');
  assert.match(error.message, /does not read: \d+ bytes of output wait for it/);
  await keen.lines(3000);
  assert.equal(keen.session.state, 'running');
});

test('one session more than allowed is turned away without a greeting', async () => {
  await using monitor = testMonitor({ limits: { sessions: 2 } });
  await join(monitor);
  const second = await join(monitor);
  const third = await join(monitor, 'raw');
  assert.equal((await reason(third.session)).code, 'QMP_LIMIT');
  assert.equal(third.text, '');
  await second.chardev.close();
  await second.session.closed;
  await join(monitor);
});

test('a client that does not negotiate in time is closed; one that did stays', async () => {
  const clock = manualClock();
  await using monitor = testMonitor({ clock, limits: { negotiation: 1000 } });
  const [slow, quick] = [await join(monitor, 'greeted'), await join(monitor)];
  clock.advance(1000);
  const error = await reason(slow.session);
  assert.deepEqual([error.code, /did not negotiate within 1000 ms/.test(error.message)], ['QMP_LIMIT', true]);
  assert.equal(quick.session.state, 'running');
});

test('each client has its own time to negotiate: ten minutes, or none', async () => {
  const clock = manualClock();
  await using monitor = testMonitor({ clock });
  await using patient = testMonitor({ clock, limits: { negotiation: 0 } });
  const first = await join(monitor, 'greeted');
  const free = await join(patient, 'greeted');
  clock.advance(300_000);
  const second = await join(monitor, 'greeted');
  clock.advance(299_999);
  assert.equal(first.session.state, 'negotiating');
  clock.advance(1);
  assert.deepEqual([first.session.state, second.session.state], ['closed', 'negotiating']);
  clock.advance(300_000);
  assert.deepEqual([second.session.state, free.session.state], ['closed', 'negotiating']);
});

test('limits on tokens and nesting are those of the JSON reader, and answered as QEMU does', async () => {
  await using monitor = testMonitor({ limits: { nesting: 4, tokens: 30, tokenBytes: 200 } });
  const client = await join(monitor);
  const desc = (text: string) => `{"error": {"class": "GenericError", "desc": "${text}"}}`;
  assert.equal(await client.ask(`${'['.repeat(5)}\n`), desc('JSON nesting depth limit exceeded'));
  assert.equal(await client.ask(`"${'x'.repeat(300)}`), desc('JSON token size limit exceeded'));
});

test('an unknown limit and a value that is no number are refused by name', () => {
  for (const [limits, text] of [
    [{ output: 1 }, /there is no limit "output"/],
    [{ queue: 0 }, /"queue" must be a number/],
    [{ sessions: Number.NaN }, /"sessions" must be a number/],
  ] as const) {
    assert.throws(
      () => createMonitor({ version, limits: limits as object }),
      (error) => QmpError.is(error) && error.code === 'QMP_OPTION_INVALID' && text.test(error.message),
    );
  }
});

test('the queue takes as many as its limit says before reading stops', async () => {
  let open = () => {};
  const slow = new Promise<void>((resolve) => {
    open = resolve;
  });
  await using monitor = testMonitor({ commands: [{ name: 'slow', handler: () => slow }], limits: { queue: 2 } });
  const client = await join(monitor, 'oob');
  client.send('{"execute": "slow"}{"execute": "absent", "id": 1}{"exec-oob": "absent", "id": 2}');
  assert.match(await client.line(), /"id": 2/);
  client.send('{"execute": "absent", "id": 3}{"exec-oob": "absent", "id": 4}');
  await settle();
  assert.equal(client.text, '');
  open();
  const ids = (await client.lines(4)).map((line) => /"id": (\d)/.exec(line)?.[1]);
  assert.deepEqual([...ids].sort(), ['1', '3', '4', undefined]);
});
