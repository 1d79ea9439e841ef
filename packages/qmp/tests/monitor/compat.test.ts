import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from 'qmp/json';
import { type Command, type OutputFilter, parseCompat, prepare } from 'qmp/monitor';
import { QmpError } from 'qmp/protocol';
import { join, testMonitor } from './client.js';

const commands: readonly Command[] = [
  { name: 'old', features: ['deprecated'], handler: () => undefined },
  { name: 'x-new', features: ['unstable'], allowOob: true, handler: () => undefined },
  {
    name: 'mixed',
    validate: (args, policy) => {
      if (!('dev' in args) || (policy?.deprecatedInput ?? 'accept') === 'accept') return undefined;
      return 'Deprecated parameter dev disabled by policy';
    },
    handler: () => undefined,
  },
];

const notFound = (text: string) => `{"error": {"class": "CommandNotFound", "desc": "${text} disabled by policy"}}`;

test('reject refuses deprecated and unstable commands, each by its own policy', async () => {
  await using monitor = testMonitor({ commands, compat: parseCompat('deprecated-input=reject') });
  const client = await join(monitor);
  assert.equal(await client.ask('{"execute": "old"}'), notFound('Deprecated command old'));
  assert.equal(await client.ask('{"execute": "x-new"}'), '{"return": {}}');
});

test('a policy is looked at before out-of-band is', async () => {
  await using monitor = testMonitor({ commands, compat: parseCompat('deprecated-input=reject,unstable-input=reject') });
  const client = await join(monitor, 'oob');
  assert.equal(await client.ask('{"exec-oob": "old"}'), notFound('Deprecated command old'));
  assert.equal(await client.ask('{"exec-oob": "x-new"}'), notFound('Unstable command x-new'));
});

test('crash ends the monitor without a reply, for a command and for an argument', async () => {
  for (const text of ['{"execute": "old"}', '{"execute": "mixed", "arguments": {"dev": 1}}']) {
    const reasons: string[] = [];
    await using monitor = testMonitor({
      commands,
      compat: parseCompat('deprecated-input=crash'),
      crash: (reason) => reasons.push(reason),
    });
    const client = await join(monitor);
    client.send(text);
    client.send('{"id": 1}');
    assert.match(await client.line(), /"id": 1/);
    assert.equal(reasons.length, 1);
  }
});

test('without a hook a crash closes every session', async () => {
  await using monitor = testMonitor({ commands, compat: parseCompat('deprecated-input=crash') });
  const [asker, other] = [await join(monitor), await join(monitor)];
  asker.send('{"execute": "old"}{"execute": "x-new"}');
  await Promise.all([asker.session.closed, other.session.closed]);
  assert.equal(asker.text, '');
});

test('what a policy hides is left out of results, once for a prepared one, of data and of events', async () => {
  let filtered = 0;
  const withoutOld: OutputFilter = (value) => {
    filtered++;
    const { old: _, ...rest } = value as JsonObject;
    return rest;
  };
  const kept = prepare({ old: 1, young: 2 });
  await using monitor = testMonitor({
    commands: [
      { name: 'look', output: withoutOld, handler: () => ({ old: 1 }) },
      { name: 'look-again', output: withoutOld, handler: () => kept },
      { name: 'nothing', output: withoutOld, handler: () => undefined },
    ],
    events: [
      { name: 'MOVED', output: withoutOld },
      { name: 'GONE', features: ['deprecated'] },
      // A rate limit that the monitor knows stays when a feature is added.
      { name: 'RTC_CHANGE', features: ['unstable'] },
    ],
    compat: parseCompat('deprecated-output=hide'),
  });
  const client = await join(monitor);
  assert.equal(await client.ask('{"execute": "look"}'), '{"return": {}}');
  assert.equal(await client.ask('{"execute": "nothing"}'), '{"return": {}}');
  for (const id of [1, 2]) {
    assert.equal(await client.ask(`{"execute": "look-again", "id": ${id}}`), `{"return": {"young": 2}, "id": ${id}}`);
  }
  assert.equal(filtered, 2);
  monitor.emit('GONE');
  monitor.emit('RTC_CHANGE', { offset: 1 });
  monitor.emit('RTC_CHANGE', { offset: 2 });
  monitor.emit('MOVED', { old: 1, to: 3 });
  const [first, second] = await client.lines(2);
  assert.match(first ?? '', /"RTC_CHANGE", "data": \{"offset": 1\}/);
  assert.match(second ?? '', /"MOVED", "data": \{"to": 3\}\}$/);
});

test('before the machine exists only commands that allow it run', async () => {
  await using monitor = testMonitor({ commands, preconfig: true });
  const client = await join(monitor);
  assert.match(
    await client.ask('{"execute": "mixed"}'),
    /"The command 'mixed' is permitted only after machine initialization has completed"/,
  );
  assert.match(await client.ask('{"execute": "query-version"}'), /"return"/);
  monitor.preconfig = false;
  assert.equal(await client.ask('{"execute": "mixed"}'), '{"return": {}}');
});

test('a policy that is none is refused with what there is', () => {
  for (const [text, message] of [
    ['deprecated-inputs=reject', /no member "deprecated-inputs"/],
    ['unstable-output=crash', /unstable-output=crash is not a policy/],
    ['deprecated-input', /deprecated-input= is not a policy/],
  ] as const) {
    assert.throws(
      () => parseCompat(text),
      (error) => QmpError.is(error) && error.code === 'QMP_OPTION_INVALID' && message.test(error.message),
    );
  }
  assert.deepEqual(parseCompat(''), {});
});
