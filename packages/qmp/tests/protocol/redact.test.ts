import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REDACTED, redactArguments, redactLine, redactReply } from 'qmp/protocol';

const objects: readonly [string, object, object][] = [
  [
    'qom-set',
    { path: '/objects/s', property: 'data', value: 'x' },
    { path: '/objects/s', property: 'data', value: REDACTED },
  ],
  ['qom-set', { path: '/p', property: 'loglevel', value: 'x' }, { path: '/p', property: 'loglevel', value: 'x' }],
  [
    'object-add',
    { 'qom-type': 'secret', id: 's', props: { data: 'x', format: 'raw' } },
    { 'qom-type': 'secret', id: 's', props: { data: REDACTED, format: 'raw' } },
  ],
];

test('secrets in arguments are hidden, their names are not', () => {
  const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['object-add', { 'qom-type': 'secret', id: 's', data: 'x' }, { 'qom-type': 'secret', id: 's', data: REDACTED }],
    ['object-add', { 'qom-type': 'rng-random', id: 's', data: 'x' }, { 'qom-type': 'rng-random', id: 's', data: 'x' }],
    ['set_password', { protocol: 'vnc', password: 'x' }, { protocol: 'vnc', password: REDACTED }],
    ['change-vnc-password', { password: 'x' }, { password: REDACTED }],
    [
      'guest-set-user-password',
      { username: 'root', password: 'x', crypted: true },
      { username: 'root', password: REDACTED, crypted: true },
    ],
    ['guest-file-write', { handle: 1, 'buf-b64': 'x' }, { handle: 1, 'buf-b64': REDACTED }],
    [
      'guest-exec',
      { path: '/bin/sh', 'input-data': 'x', env: ['A=b'] },
      { path: '/bin/sh', 'input-data': REDACTED, env: REDACTED },
    ],
    ['blockdev-add', { 'password-secret': 'name' }, { 'password-secret': 'name' }],
    [
      'blockdev-add',
      { file: { driver: 'https', url: 'https://me:pw@host/x', cookie: 'c' } },
      { file: { driver: 'https', url: `https://me:${REDACTED}@host/x`, cookie: REDACTED } },
    ],
    ['qom-set', { value: null, list: [{ password: 'x' }] }, { value: null, list: [{ password: REDACTED }] }],
  ];
  for (const [command, args, expected] of [...cases, ...objects]) {
    const before = JSON.stringify(args);
    assert.deepEqual(redactArguments(command, args as never), expected);
    assert.equal(JSON.stringify(args), before, 'what was given stays as it was');
  }
});

test('secrets in lines for the human monitor are hidden', () => {
  assert.equal(redactLine('set_password vnc hunter2'), `set_password vnc ${REDACTED}`);
  assert.equal(redactLine('change vnc password hunter2'), `change vnc password ${REDACTED}`);
  assert.equal(
    redactLine('object_add secret,id=s,data=hunter2,format=raw'),
    `object_add secret,id=s,data=${REDACTED},format=raw`,
  );
  assert.equal(
    redactLine('object_add {"qom-type": "secret", "id": "s", "data": "hun\\"ter2"}'),
    `object_add {"qom-type": "secret", "id": "s", "data": "${REDACTED}"}`,
  );
  assert.equal(redactLine('qom-set /objects/s data hunter2'), `qom-set /objects/s data ${REDACTED}`);
  assert.equal(redactLine('qom-set /machine/x y 5'), 'qom-set /machine/x y 5');
  assert.equal(redactLine('ringbuf_write r hunter2'), `ringbuf_write r ${REDACTED}`);
  assert.equal(
    redactLine('drive_add 0 file.driver=https,file.password=hunter2,file.cookie=c'),
    `drive_add 0 file.driver=https,file.password=${REDACTED},file.cookie=${REDACTED}`,
  );
  assert.equal(redactLine('info status'), 'info status');
  assert.deepEqual(redactArguments('human-monitor-command', { 'command-line': 'set_password vnc x' }), {
    'command-line': `set_password vnc ${REDACTED}`,
  });
});

test('a guest’s data in replies is hidden, exact integers are kept', () => {
  assert.deepEqual(redactReply('guest-file-read', { count: 3, 'buf-b64': 'x', eof: false }), {
    count: 3,
    'buf-b64': REDACTED,
    eof: false,
  });
  assert.equal(redactReply('ringbuf-read', 'what the guest wrote'), REDACTED);
  assert.equal(redactReply('guest-get-time', 1_790_000_000_123_456_789n), 1_790_000_000_123_456_789n);
  assert.deepEqual(redactReply('query-name', { name: 'x', n: 2n ** 64n - 1n }), { name: 'x', n: 2n ** 64n - 1n });
});
