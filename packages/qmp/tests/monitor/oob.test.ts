import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from 'qmp/monitor';
import type { Chardev, ChardevListener } from 'qmp/protocol';
import { memoryChardevs } from 'qmp/testing';
import { gate, join, RawClient, settle, testMonitor } from './client.js';

/** Commands that take as long as the test says, and remember the order in which they ran. */
function slowCommands() {
  const door = gate();
  const ran: string[] = [];
  const commands: Command[] = [
    { name: 'slow', handler: () => door.promise },
    {
      name: 'note',
      allowOob: true,
      handler: ({ text }) => {
        ran.push(String(text));
      },
    },
    { name: 'slow-oob', allowOob: true, handler: () => door.promise },
  ];
  return { commands, open: door.open, ran };
}

const note = (text: string, member = 'execute') =>
  `{"${member}": "note", "arguments": {"text": "${text}"}, "id": "${text}"}`;

test('an out-of-band command overtakes the one that runs and those that wait', async () => {
  const { commands, open, ran } = slowCommands();
  await using monitor = testMonitor({ commands });
  const client = await join(monitor, 'oob');
  client.send(`{"execute": "slow", "id": "slow"}${note('waits')}${note('first', 'exec-oob')}`);
  assert.equal(await client.line(), '{"return": {}, "id": "first"}');
  open();
  assert.deepEqual(await client.lines(2), ['{"return": {}, "id": "slow"}', '{"return": {}, "id": "waits"}']);
  assert.deepEqual(ran, ['first', 'waits']);
});

test('an out-of-band command that takes long holds nothing up', async () => {
  const { commands, open } = slowCommands();
  await using monitor = testMonitor({ commands });
  const client = await join(monitor, 'oob');
  client.send(`{"exec-oob": "slow-oob", "id": "slow"}${note('in-band')}`);
  assert.equal(await client.line(), '{"return": {}, "id": "in-band"}');
  open();
  assert.equal(await client.line(), '{"return": {}, "id": "slow"}');
});

test('a session that ends its direction gets the answer of a slow out-of-band command', async () => {
  const { commands, open } = slowCommands();
  await using monitor = testMonitor({ commands });
  const client = await join(monitor, 'oob');
  client.send('{"exec-oob": "slow-oob", "id": 1}');
  client.chardev.end();
  await settle();
  open();
  assert.equal(await client.line(), '{"return": {}, "id": 1}');
  await client.session.closed;
});

test('with eight waiting nothing overtakes, and nothing is lost', async () => {
  const { commands, open } = slowCommands();
  await using monitor = testMonitor({ commands });
  const client = await join(monitor, 'oob');
  const waiting = Array.from({ length: 8 }, (_, index) => note(`n${index}`)).join('');
  client.send(`{"execute": "slow", "id": "slow"}${waiting}${note('late', 'exec-oob')}`);
  await settle();
  assert.equal(client.text, '');
  open();
  const lines = await client.lines(10);
  assert.equal(lines[0], '{"return": {}, "id": "slow"}');
  assert.deepEqual(new Set(lines.map((line) => /"id": "(\w+)"/.exec(line)?.[1])).size, 10);
});

test('monitors take turns: the one that was served longest ago is next', async () => {
  const { commands, open, ran } = slowCommands();
  await using monitor = testMonitor({ commands });
  const [a, b] = [await join(monitor, 'oob'), await join(monitor, 'oob')];
  a.send(`{"execute": "slow", "id": "slow"}${note('a1')}${note('a2')}${note('a3')}`);
  b.send(`${note('b1')}${note('b2')}`);
  await settle();
  open();
  await Promise.all([a.lines(4), b.lines(2)]);
  assert.deepEqual(ran, ['b1', 'a1', 'b2', 'a2', 'a3']);
});

test('what a client that leaves still had waiting is forgotten; what runs goes on', async () => {
  const { commands, open, ran } = slowCommands();
  await using monitor = testMonitor({ commands });
  const b = await join(monitor);
  const [near, far] = memoryChardevs();
  monitor.attach(far);
  const a = new RawClient(near);
  a.send(`{"execute": "qmp_capabilities"}{"execute": "slow"}${note('forgotten')}`);
  await a.lines(2);
  b.send(note('kept'));
  near.fail(new Error('killed'));
  await settle();
  open();
  await b.line();
  assert.deepEqual(ran, ['kept']);
});

/** A listener that hands out chardevs as a test gives them. */
function listener() {
  const waiting: Chardev[] = [];
  let taker: ((chardev: Chardev | undefined) => void) | undefined;
  const handOut = (chardev: Chardev | undefined) => {
    const take = taker;
    taker = undefined;
    if (take !== undefined) take(chardev);
    else if (chardev !== undefined) waiting.push(chardev);
  };
  const result: ChardevListener = {
    label: 'test',
    next: () => {
      const first = waiting.shift();
      if (first !== undefined) return Promise.resolve(first);
      return new Promise((resolve) => {
        taker = resolve;
      });
    },
    close: () => {
      handOut(undefined);
      return Promise.resolve();
    },
  };
  const connect = () => {
    const [near, far] = memoryChardevs();
    handOut(far);
    return new RawClient(near);
  };
  return { listener: result, connect };
}

for (const lateReplies of ['drop', 'next-client'] as const) {
  test(`the reply of a command whose client has gone: ${lateReplies}`, async () => {
    const { commands, open } = slowCommands();
    await using monitor = testMonitor({ commands, lateReplies });
    const { listener: source, connect } = listener();
    void monitor.serve(source);
    const first = connect();
    await first.line();
    first.send('{"execute": "qmp_capabilities"}{"execute": "slow", "id": "late"}');
    await first.line();
    await first.chardev.close();
    // What is left of the first one has to end before the second is taken.
    await first.until((client) => client.closed);
    await settle();
    for (const session of monitor.sessions) await session.close();
    const second = connect();
    await second.line();
    open();
    if (lateReplies === 'next-client') assert.equal(await second.line(), '{"return": {}, "id": "late"}');
    await settle();
    assert.equal(second.text, '');
  });
}

test('the next client is greeted when the first one has gone, or at once when more may be there', async () => {
  await using monitor = testMonitor();
  const { listener: source, connect } = listener();
  void monitor.serve(source);
  const [first, second] = [connect(), connect()];
  await first.line();
  await settle();
  assert.equal(second.text, '');
  await first.chardev.close();
  await second.line();
  const wide = listener();
  void monitor.serve(wide.listener, { clients: 2 });
  const [one, two, three] = [wide.connect(), wide.connect(), wide.connect()];
  await Promise.all([one.line(), two.line()]);
  await settle();
  assert.equal(three.text, '');
  await one.chardev.close();
  await three.line();
});
