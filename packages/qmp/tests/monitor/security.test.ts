import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { MonitorTrace } from 'qmp/monitor';
import { QmpError } from 'qmp/protocol';
import { join, testMonitor } from './client.js';

const request = [
  'POST / HTTP/1.1\r\nHost: localhost:4444\r\nContent-Type: text/plain\r\n\r\n',
  '{"execute": "qmp_capabilities"}{"execute": "dangerous"}',
].join('');

for (const chunk of [1, 7, 10_000]) {
  test(`an HTTP request is dropped before its body is read, in pieces of ${chunk}`, async () => {
    let ran = false;
    await using monitor = testMonitor({
      commands: [
        {
          name: 'dangerous',
          handler: () => {
            ran = true;
          },
        },
      ],
    });
    const client = await join(monitor, 'greeted', { chunk });
    client.send(request);
    const error = await client.session.closed;
    assert.ok(QmpError.is(error) && error.code === 'QMP_PROTOCOL');
    assert.match(error.message, /sent an HTTP request to a QMP monitor/);
    assert.deepEqual([ran, client.session.state], [false, 'closed']);
  });
}

test('a request is recognised by any method, in any case, after blanks and empty lines, before its body', async () => {
  const targets = [
    'PROPFIND /',
    'OPTIONS *',
    'M-SEARCH *',
    'QUERY  /x',
    'get http://h/',
    '\r\nPOST /',
    ' POST\t/',
    'post /',
  ];
  for (const target of targets) {
    await using monitor = testMonitor();
    const client = await join(monitor, 'greeted', { chunk: 3 });
    client.send(`${target} HTTP/1.1\r\n\r\n{"execute": "qmp_capabilities"}`);
    const error = await client.session.closed;
    assert.ok(QmpError.is(error) && error.code === 'QMP_PROTOCOL', target);
  }
});

test('what only begins like an HTTP method is answered as any garbage', async () => {
  await using monitor = testMonitor();
  const client = await join(monitor, 'greeted');
  assert.match(await client.ask('GETTING\n'), /JSON parse error, stray 'G'/);
  assert.equal(client.session.state, 'negotiating');
  assert.equal(await client.ask('{"execute": "qmp_capabilities"}'), '{"return": {}}');
});

test('an HTTP method later in a session is garbage like any other', async () => {
  await using monitor = testMonitor();
  const client = await join(monitor);
  client.send('GET / HTTP/1.1\r\n');
  assert.match(await client.line(), /stray 'G'/);
  assert.equal(client.session.state, 'running');
});

test('secrets never reach a trace: not as arguments, at any depth, nor in the text of an error', async () => {
  const traces: MonitorTrace[] = [];
  await using monitor = testMonitor({
    commands: [
      {
        name: 'set-password',
        secrets: ['password', 'keys'],
        validate: (args) =>
          args.password === 'hunter2' ? "Parameter 'password' does not accept value 'hunter2'" : undefined,
        handler: () => undefined,
      },
    ],
    trace: (event) => traces.push(event),
  });
  const client = await join(monitor);
  await client.ask(
    '{"execute": "set-password", "arguments": {"password": "swordfish", "x": [{"keys": ["k1", "k2"]}]}}',
  );
  const error = await client.ask('{"execute": "set-password", "arguments": {"password": "hunter2"}}');
  assert.match(error, /hunter2/, 'the client is told what it sent');
  const text = JSON.stringify(traces, (key, value: unknown) => (key === 'session' ? undefined : value));
  assert.doesNotMatch(text, /swordfish|hunter2|k1|k2/);
  assert.match(text, /"password":"<redacted>"/);
  assert.match(text, /does not accept value '<redacted>'/);
});

test('secrets that an event is known to carry never reach a trace, and reach the client', async () => {
  const traces: MonitorTrace[] = [];
  await using monitor = testMonitor({
    events: [{ name: 'ISSUED', secrets: ['token'], throttle: { period: 1000 } }],
    trace: (event) => traces.push(event),
  });
  const client = await join(monitor);
  monitor.emit('ISSUED', { to: 'anna', keys: [{ token: 'swordfish' }] });
  assert.match(await client.line(), /swordfish/);
  assert.deepEqual(
    traces.filter((trace) => trace.type === 'event').map(({ data }) => data),
    [{ to: 'anna', keys: [{ token: '<redacted>' }] }],
  );
});

test('what QEMU keeps secret is secret without a mark, and a fault of a handler is told without it', async () => {
  const traces: MonitorTrace[] = [];
  await using monitor = testMonitor({
    commands: [
      {
        name: 'object-add',
        handler: ({ data }) => {
          throw new TypeError(`cannot keep ${data}`);
        },
      },
    ],
    trace: (event) => traces.push(event),
  });
  const client = await join(monitor);
  await client.ask('{"execute": "object-add", "arguments": {"qom-type": "secret", "id": "s", "data": "swordfish"}}');
  await client.ask('{"execute": "set_password", "arguments": {"password": swordfish}}');
  assert.match(await client.ask('{"execute": "set_password", "arguments": {"password": "swordfish\n'), /swordfish/);
  monitor.emit('LOGIN', { password: 'swordfish' });
  const text = traces.map((trace) => inspect(trace.type === 'error' ? trace : { ...trace, session: 0 })).join('\n');
  assert.doesNotMatch(text, /swordfish/);
  const fault = traces.find((trace) => trace.type === 'error');
  assert.equal(String(fault?.cause), 'TypeError: cannot keep <redacted>');
  assert.match(fault?.cause?.stack ?? '', /^TypeError: cannot keep <redacted>\n +at /);
  assert.match(text, /invalid keyword '<redacted>'/);
});

test('an authorisation hook decides by session and command, before the arguments are looked at', async () => {
  await using monitor = testMonitor({
    commands: [
      { name: 'stop', handler: () => undefined },
      { name: 'look', validate: () => 'never asked', handler: () => undefined },
    ],
    authorize: ({ session, command }) =>
      session.number === 1 || command === 'query-version' ? undefined : `${command} is not permitted here`,
  });
  const [admin, guest] = [await join(monitor), await join(monitor)];
  assert.equal(await admin.ask('{"execute": "stop"}'), '{"return": {}}');
  assert.match(await guest.ask('{"execute": "query-version"}'), /"return"/);
  assert.equal(
    await guest.ask('{"execute": "look", "id": 1}'),
    '{"id": 1, "error": {"class": "GenericError", "desc": "look is not permitted here"}}',
  );
});

test('a hook that throws refuses', async () => {
  await using monitor = testMonitor({
    commands: [{ name: 'stop', handler: () => undefined }],
    authorize: () => {
      throw new Error('no policy loaded');
    },
  });
  const client = await join(monitor);
  assert.match(await client.ask('{"execute": "stop"}'), /"The command stop failed by an internal error"/);
});
