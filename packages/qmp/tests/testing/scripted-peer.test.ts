import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyApi, connect, QmpError } from 'qmp';
import type { SchemaInfo } from 'qmp/api';
import { type JsonObject, JsonReader } from 'qmp/json';
import { FakeClock, ScriptedPeer, type ScriptedReply } from 'qmp/testing';

const schema: SchemaInfo[] = [
  { name: 'query-status', 'meta-type': 'command', 'arg-type': '0', 'ret-type': '1' },
  { name: 'add', 'meta-type': 'command', 'arg-type': '2', 'ret-type': '0' },
  { name: 'STOP', 'meta-type': 'event', 'arg-type': '0' },
  { name: 'DELETED', 'meta-type': 'event', 'arg-type': '3' },
  { name: '0', 'meta-type': 'object', members: [] },
  {
    name: '1',
    'meta-type': 'object',
    members: [
      { name: 'running', type: 'bool' },
      { name: 'status', type: '4' },
    ],
  },
  {
    name: '2',
    'meta-type': 'object',
    members: [
      { name: 'driver', type: '5' },
      { name: 'size', type: 'int', default: null },
      { name: 'next', type: '6', default: null },
    ],
    tag: 'driver',
    variants: [{ case: 'file', type: '3' }],
  },
  { name: '3', 'meta-type': 'object', members: [{ name: 'path', type: 'str' }] },
  { name: '4', 'meta-type': 'enum', members: [{ name: 'running' }, { name: 'paused' }], values: ['running', 'paused'] },
  { name: '5', 'meta-type': 'enum', members: [{ name: 'file' }, { name: 'null' }], values: ['file', 'null'] },
  { name: '6', 'meta-type': 'alternate', members: [{ type: 'str' }, { type: '[2]' }] },
  { name: '[2]', 'meta-type': 'array', 'element-type': '2' },
  { name: 'bool', 'meta-type': 'builtin', 'json-type': 'boolean' },
  { name: 'str', 'meta-type': 'builtin', 'json-type': 'string' },
  { name: 'int', 'meta-type': 'builtin', 'json-type': 'int' },
];

const paused = { return: { running: false, status: 'paused' } };

test('a scripted peer answers as told, one reply after another', async () => {
  const qemu = new ScriptedPeer({ schema })
    .when('query-status', paused)
    .when('query-status', { error: { desc: 'no more' } })
    .when('add', (_, peer) => {
      peer.raise('STOP');
      return { return: {} };
    });
  const vm = await connect<AnyApi>(qemu.open);
  assert.deepEqual(await vm.execute('query-status'), paused.return);
  await assert.rejects(vm.execute('query-status'), /no more/);
  const { event } = await vm.executeAndWait('add', { driver: 'null' }, 'STOP');
  assert.equal(event.event, 'STOP');
  assert.equal(await vm.supports('add', 'arguments.path'), true);
  qemu.verify();
  await vm.close();
});

test('a script that the schema does not allow is refused when it is written', () => {
  const qemu = new ScriptedPeer({ schema });
  const wrong = (text: RegExp, action: () => void) =>
    assert.throws(action, (error: QmpError) => error.code === 'QMP_OPTION_INVALID' && text.test(error.message));
  wrong(/has no command "quit"/, () => qemu.when('quit', { return: {} }));
  wrong(/query-status.status is missing/, () => qemu.when('query-status', { return: { running: true } }));
  wrong(/status: expected one of the values, not "asleep"/, () =>
    qemu.when('query-status', { return: { running: true, status: 'asleep' } }),
  );
  wrong(/query-status.more is unexpected/, () =>
    qemu.when('query-status', { return: { running: true, status: 'paused', more: 1 } }),
  );
  wrong(/no event "GONE"/, () => qemu.raise('GONE'));
  wrong(/DELETED.path is missing/, () => qemu.raise('DELETED'));
});

test('a client that sends nonsense is refused, and told on', async () => {
  const cases: [string, Record<string, never>, RegExp][] = [
    ['quit', {}, /"quit", which the schema does not have/],
    ['add', {}, /add.driver is missing/],
    ['add', { driver: 'file' } as never, /add.path is missing/],
    ['add', { driver: 'null', path: '/x' } as never, /add.path is unexpected/],
    ['add', { driver: 'null', size: 'big' } as never, /add.size: expected int, not "big"/],
    ['add', { driver: 'null', next: [{ driver: 'file' }] } as never, /add.next\[0\].path is missing/],
    ['query-status', {}, /no reply is scripted/],
  ];
  for (const [command, args, problem] of cases) {
    const qemu = new ScriptedPeer({ schema });
    const vm = await connect<AnyApi>(qemu.open);
    await assert.rejects(vm.execute(command, args), (error: QmpError) => error.code === 'QMP_COMMAND_FAILED');
    assert.throws(() => qemu.verify(), problem);
    await vm.close();
  }
});

test('a function of a script is held to the schema too', async () => {
  const qemu = new ScriptedPeer({ schema }).when('query-status', () => ({ return: { running: 1 } }));
  const vm = await connect<AnyApi>(qemu.open);
  await vm.execute('query-status');
  assert.throws(() => qemu.verify(), /the script is wrong: return of query-status.running: expected boolean/);
  await vm.close();
});

test('silence, a monitor that is held, and a broken line can be played', async () => {
  const clock = new FakeClock();
  const held = assert.rejects(
    connect(new ScriptedPeer({ schema, silent: true }).open, { clock }),
    (error: QmpError) => error.code === 'QMP_GREETING_TIMEOUT',
  );
  await clock.advance(20_000);
  await held;
  const qemu = new ScriptedPeer({ schema }).when('query-status', 'silence');
  const vm = await connect<AnyApi>(qemu.open, { clock });
  const late = assert.rejects(vm.execute('query-status', {}, { timeout: 50 }), /not answered within/);
  await clock.advance(100);
  await late;
  const lost = assert.rejects(vm.execute('query-status'), /read ECONNRESET/);
  await qemu.drop(new Error('read ECONNRESET'));
  await lost;
  assert.ok(QmpError.is(new QmpError('QMP_STATE', 'x')));
});

/** Says lines to a peer as a client of one's own would, and returns what it says. */
async function conversation(qemu: ScriptedPeer, ...lines: string[]): Promise<JsonObject[]> {
  const wire = await qemu.open();
  const said: JsonObject[] = [];
  const reader = new JsonReader({
    message: (value) => void said.push(value as JsonObject),
    error: ({ message }) => assert.fail(message),
  });
  wire.start({
    data: (chunk) => reader.push(chunk),
    end: () => undefined,
    drain: () => undefined,
    close: () => undefined,
  });
  for (const line of lines) wire.write(`${line}\n`);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await wire.close();
  return said.slice(1);
}

const negotiate = '{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}';

test('a client that breaks the protocol is refused in QEMU’s words, and told on', async () => {
  const cases: [string[], RegExp][] = [
    [['{"execute":"query-status"}'], /Expecting capabilities negotiation/],
    [['{"execute":"qmp_capabilities","arguments":{"enable":["magic"]}}'], /'null' does not accept value 'magic'/],
    [['{"execute":"qmp_capabilities","arguments":{"what":1}}'], /'what' is unexpected/],
    [[negotiate, negotiate], /already complete/],
    [[negotiate, '{"execute":"query-status","control":{"run-oob":true}}'], /'control' is unexpected/],
    [[negotiate, '{"execute":"query-status","arguments":[]}'], /'arguments' must be an object/],
    [[negotiate, '{"execute":"query-status","exec-oob":"query-status"}'], /clashes/],
    [[negotiate, '{"exec-oob":"query-status"}'], /does not support OOB/],
    [['{"execute":"qmp_capabilities"}', '{"exec-oob":"query-status"}'], /'exec-oob' is unexpected/],
    [[negotiate, '{"id":1}'], /lacks member 'execute'/],
    [[negotiate, '[]'], /must be a JSON object/],
    [[negotiate, '{"execute":}'], /JSON parse error/],
  ];
  for (const [lines, expected] of cases) {
    const qemu = new ScriptedPeer({ schema }).when('query-status', paused);
    const last = (await conversation(qemu, ...lines)).at(-1);
    assert.match(JSON.stringify(last?.error), expected);
    assert.throws(() => qemu.verify(), /./, lines.join());
  }
});

test('an event reaches nobody before the negotiation, and in-band commands are answered in their order', async () => {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const qemu = new ScriptedPeer({ schema })
    .when('add', async () => {
      await released;
      return { return: {} };
    })
    .when('query-status', () => {
      release();
      return paused;
    });
  const vm = await connect<AnyApi>(async () => {
    const wire = await qemu.open();
    qemu.raise('STOP');
    return wire;
  });
  const order: string[] = [];
  const both = [
    vm.execute('add', { driver: 'null' }).then(() => order.push('add')),
    vm.execute('query-status').then(() => order.push('query-status')),
  ];
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(order, []);
  release();
  await Promise.all(both);
  assert.deepEqual(order, ['add', 'query-status']);
  assert.equal(vm.cursor, 1, 'no event came');
  await vm.close();
});

test('replies that QEMU cannot give are refused', () => {
  const qemu = new ScriptedPeer({ schema });
  const replies: unknown[] = [
    {},
    { retrun: {} },
    { ...paused, error: { desc: 'x' } },
    { error: {} },
    { error: { class: 'Nonsense', desc: 'x' } },
  ];
  for (const reply of replies) {
    assert.throws(() => qemu.when('query-status', reply as ScriptedReply), /the script is wrong/);
  }
});

test('a device takes members of its own', async () => {
  const device: SchemaInfo = { name: 'device_add', 'meta-type': 'command', 'arg-type': '7', 'ret-type': '0' };
  const members: SchemaInfo = { name: '7', 'meta-type': 'object', members: [{ name: 'driver', type: 'str' }] };
  const qemu = new ScriptedPeer({ schema: [...schema, device, members] }).when('device_add', { return: {} });
  const vm = await connect<AnyApi>(qemu.open);
  await vm.execute('device_add', { driver: 'virtio-net', netdev: 'n0' });
  qemu.verify();
  await assert.rejects(vm.execute('device_add', { id: 'x' }), /driver is missing/);
  await vm.close();
});
