import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, parseCompat } from 'qmp/monitor';
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
