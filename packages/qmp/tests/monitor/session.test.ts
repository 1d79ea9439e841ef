import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandError, prepare } from 'qmp/monitor';
import { gate, join, settle, testMonitor } from './client.js';

const greeting =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "test"}, "capabilities": ["oob"]}}';
const expecting =
  '{"error": {"class": "CommandNotFound", "desc": "Expecting capabilities negotiation with \'qmp_capabilities\'"}}';

test('a client is greeted first, even when it writes at once', async () => {
  await using monitor = testMonitor();
  const client = await join(monitor, 'raw');
  client.send('{"execute": "query-version"}');
  assert.deepEqual(await client.lines(2), [greeting, expecting]);
});

test('before negotiation every other command is refused, known or not', async () => {
  await using monitor = testMonitor();
  const client = await join(monitor, 'greeted');
  assert.equal(await client.ask('{"execute": "query-version", "arguments": {"x": 1}}'), expecting);
  assert.equal(await client.ask('{"execute": "absent"}'), expecting);
  assert.equal(client.session.state, 'negotiating');
  assert.equal(await client.ask('{"execute": "qmp_capabilities"}'), '{"return": {}}');
  assert.equal(client.session.state, 'running');
});

test('an unknown capability enables nothing', async () => {
  await using monitor = testMonitor();
  const client = await join(monitor, 'greeted');
  assert.equal(
    await client.ask('{"execute": "qmp_capabilities", "arguments": {"enable": ["oob", "x"]}}'),
    '{"error": {"class": "GenericError", "desc": "Parameter \'null\' does not accept value \'x\'"}}',
  );
  assert.deepEqual([client.session.state, client.session.capabilities], ['negotiating', []]);
});

test('an id of any type comes back with the reply and with the error', async () => {
  await using monitor = testMonitor({ commands: [{ name: 'nothing', handler: () => undefined }] });
  const client = await join(monitor);
  for (const id of ['1', '"a\\u00E9"', 'null', '[1, {"b": 1.5}]', '{"a": {}}', '18446744073709551615', 'true']) {
    assert.equal(await client.ask(`{"execute": "nothing", "id": ${id}}`), `{"return": {}, "id": ${id}}`);
    assert.equal(
      await client.ask(`{"execute": "absent", "id": ${id}}`),
      `{"id": ${id}, "error": {"class": "CommandNotFound", "desc": "The command absent has not been found"}}`,
    );
  }
});

test('a handler fails with the class and text that it throws', async () => {
  const handler = () => {
    throw commandError("Device 'x' not found", 'DeviceNotFound');
  };
  await using monitor = testMonitor({
    commands: [
      { name: 'fail', handler },
      { name: 'fail-later', handler: async () => handler() },
    ],
  });
  const client = await join(monitor);
  const error = '{"error": {"class": "DeviceNotFound", "desc": "Device \'x\' not found"}}';
  assert.equal(await client.ask('{"execute": "fail"}'), error);
  assert.equal(await client.ask('{"execute": "fail-later"}'), error);
});

test('an error that a handler did not mean for the client does not show its text', async () => {
  const causes: unknown[] = [];
  const bug = new Error('secret path');
  await using monitor = testMonitor({
    commands: [{ name: 'bug', handler: () => Promise.reject(bug) }],
    trace: (event) => event.type === 'error' && causes.push(event.cause),
  });
  const client = await join(monitor);
  assert.match(await client.ask('{"execute": "bug"}'), /"The command bug failed by an internal error"/);
  assert.deepEqual(causes, [bug]);
});

test('a result that cannot be printed is answered as an internal error, and the monitor goes on', async () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const handler = () => cyclic as never;
  await using monitor = testMonitor({
    commands: [
      { name: 'now', handler },
      { name: 'later', handler: async () => handler() },
    ],
  });
  const client = await join(monitor);
  for (const name of ['now', 'later']) {
    assert.match(
      await client.ask(`{"execute": "${name}"}`),
      new RegExp(`The command ${name} failed by an internal error`),
    );
  }
  assert.match(await client.ask('{"execute": "query-version"}'), /"return"/);
});

test('a callback after the reply that throws makes no second reply; its error is uncaught', async () => {
  const uncaught: unknown[] = [];
  const listener = (error: unknown) => uncaught.push(error);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', listener);
  try {
    const bug = new Error('after the reply');
    await using monitor = testMonitor({
      commands: [
        {
          name: 'odd',
          handler: (_args, { afterReply }) =>
            afterReply(() => {
              throw bug;
            }),
        },
      ],
    });
    const client = await join(monitor);
    client.send('{"execute": "odd", "id": 1}{"execute": "odd", "id": 2}');
    assert.deepEqual(await client.lines(2), ['{"return": {}, "id": 1}', '{"return": {}, "id": 2}']);
    await settle();
    assert.equal(client.text, '');
    assert.deepEqual(uncaught, [bug, bug]);
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
  }
});

test('events raised by a handler precede its reply and reach every negotiated session', async () => {
  await using monitor = testMonitor({
    commands: [{ name: 'stop', handler: (_args, { emit }) => emit('STOP') }],
  });
  const [asker, other, greeted] = [await join(monitor), await join(monitor), await join(monitor, 'greeted')];
  asker.send('{"execute": "stop"}');
  const [event, reply] = await asker.lines(2);
  assert.match(event ?? '', /^\{"timestamp": \{"seconds": \d+, "microseconds": \d+\}, "event": "STOP"\}$/);
  assert.equal(reply, '{"return": {}}');
  assert.match(await other.line(), /"event": "STOP"/);
  await settle();
  assert.equal(greeted.text, '');
});

test('without out-of-band everything is answered in order, errors too', async () => {
  const slow = gate();
  await using monitor = testMonitor({ commands: [{ name: 'slow', handler: () => slow.promise }] });
  const client = await join(monitor);
  client.send('{"execute": "slow", "id": 1} @\n {"execute": "absent", "id": 2} {"exec-oob": "x"}');
  await settle();
  assert.equal(client.text, '');
  slow.open();
  assert.deepEqual(await client.lines(4), [
    '{"return": {}, "id": 1}',
    '{"error": {"class": "GenericError", "desc": "JSON parse error, stray \'@\'"}}',
    '{"id": 2, "error": {"class": "CommandNotFound", "desc": "The command absent has not been found"}}',
    '{"error": {"class": "GenericError", "desc": "QMP input member \'exec-oob\' is unexpected"}}',
  ]);
});

test('what was sent before the client ended its direction is answered, then the session closes', async () => {
  const slow = gate();
  await using monitor = testMonitor({ commands: [{ name: 'slow', handler: () => slow.promise }] });
  const client = await join(monitor);
  client.send('{"execute": "slow", "id": 1}{"execute": "slow", "id": 2}');
  client.chardev.end();
  await settle();
  assert.equal(client.closed, false);
  slow.open();
  assert.deepEqual(await client.lines(2), ['{"return": {}, "id": 1}', '{"return": {}, "id": 2}']);
  await client.session.closed;
});

test('a handler can close the monitor after its reply; later input is not answered', async () => {
  const monitor = testMonitor({
    commands: [{ name: 'quit', handler: (_args, { afterReply }) => afterReply(() => void monitor.close()) }],
  });
  const client = await join(monitor);
  client.send('{"execute": "quit"}{"execute": "query-version"}');
  await client.until(() => client.closed || client.ended);
  assert.equal(client.text, '{"return": {}}\r\n');
  await monitor.close();
});

test('a prepared result is printed as the value itself', async () => {
  const value = [{ b: 1, a: 'x' }];
  await using monitor = testMonitor({ commands: [{ name: 'fixed', handler: () => prepare(value) }] });
  const [plain, pretty] = [await join(monitor), await join(monitor, 'raw', { pretty: true })];
  assert.equal(await plain.ask('{"execute": "fixed"}'), '{"return": [{"b": 1, "a": "x"}]}');
  await pretty.until(() => pretty.text.endsWith('\r\n}\r\n'));
  pretty.text = '';
  pretty.send('{"execute": "qmp_capabilities"} {"execute": "fixed", "id": 1}');
  await pretty.until(() => pretty.text.includes('"id": 1\r\n}\r\n'));
  assert.equal(
    pretty.text.slice(pretty.text.indexOf('}\r\n}\r\n') + 6),
    '{\r\n    "return": [\r\n        {\r\n            "b": 1,\r\n            "a": "x"\r\n        }\r\n    ],\r\n    "id": 1\r\n}\r\n',
  );
});
