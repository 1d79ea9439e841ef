import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { connect, QmpError } from 'qmp';
import { formatWireLog, memoryChardevs, parseWireLog, recordWire, replayWire, type WireEntry } from 'qmp/testing';
import { Probe } from '../chardev/contract.js';

const greeting = {
  QMP: { version: { qemu: { micro: 22, minor: 2, major: 7 }, package: '' }, capabilities: ['oob'] },
};

/** What a server and a client said to each other, with ids that no client of ours would use. */
const session: readonly WireEntry[] = [
  { at: 0, from: 'server', message: greeting },
  { at: 1, from: 'client', message: { execute: 'qmp_capabilities', arguments: { enable: ['oob'] }, id: 'a' } },
  { at: 2, from: 'server', message: { return: {}, id: 'a' } },
  { at: 3, from: 'client', message: { execute: 'query-big', id: 'b' } },
  { at: 4, from: 'server', message: { timestamp: { seconds: 1, microseconds: 2 }, event: 'STOP' } },
  { at: 5, from: 'server', message: { return: { size: 18446744073709551615n }, id: 'b' } },
  {
    at: 6,
    from: 'client',
    message: { execute: 'set_password', arguments: { protocol: 'vnc', password: '<redacted>' }, id: 'c' },
  },
  { at: 7, from: 'server', message: { id: 'c', error: { class: 'GenericError', desc: 'No such display' } } },
];

async function operate(chardev: Parameters<typeof connect>[0]): Promise<string[]> {
  const said: string[] = [];
  const vm = await connect(chardev);
  vm.on('STOP', () => said.push('STOP'));
  const { size } = (await vm.execute('query-big' as never)) as { size: bigint };
  said.push(String(size));
  const password = { protocol: 'vnc', password: 'geheim' } as never;
  await vm.execute('set_password', password).catch((error: Error) => said.push(error.message));
  await vm.close();
  return said;
}

test('a log survives being written and read, integers and doubles included', () => {
  const text = formatWireLog(session);
  equal(text.split('\n').length, session.length + 1);
  deepEqual(parseWireLog(text), session);
});

test('a log that is broken is refused with the number of its line', () => {
  const text = formatWireLog(session);
  throws(
    () => parseWireLog(`${text}{"at": 1, "from": "nobody", "message": {}}\n`),
    /^QmpError: Line 9 .* is not an entry/,
  );
  throws(() => parseWireLog(`${text}]`), /Line 9 of the wire log cannot be read: JSON parse error, expecting value/);
  throws(() => parseWireLog(text.slice(0, -5)), /Line 8 of the wire log is cut off/);
});

test('a client that does what was recorded gets what was recorded, under its own ids', async () => {
  for (const chunk of [1, 1000]) {
    const replay = replayWire(session, { chunk });
    const said = await operate(replay.chardev);
    deepEqual(said, ['STOP', '18446744073709551615', '"set_password" failed: No such display']);
    await replay.finished;
  }
});

test('a recording of a replay is the same conversation, without the secret', async () => {
  const log: WireEntry[] = [];
  let now = 1000;
  const replay = replayWire(session);
  await operate(recordWire(replay.chardev, (entry) => log.push(entry), { now: () => now++ }));
  await replay.finished;
  const text = formatWireLog(log);
  ok(!text.includes('geheim'), text);
  ok(text.includes('"password":"<redacted>"'));
  const strip = (entries: readonly WireEntry[]) =>
    entries.flatMap((entry) => ('message' in entry ? [[entry.from, { ...(entry.message as object), id: 0 }]] : []));
  deepEqual(
    strip(log),
    strip(session).map(([from, message]) => [from, message]),
  );
  deepEqual(
    log.map(({ at }) => at),
    [...log.map(({ at }) => at)].sort((a, b) => a - b),
  );
  await operate(replayWire(log).chardev);
});

test('a client that strays from the log is told where, and the connection ends', async () => {
  const replay = replayWire(session);
  const vm = await connect(replay.chardev);
  const lost = vm.execute('query-status', undefined, { timeout: 2000 });
  await rejects(lost, (error) => QmpError.is(error));
  await rejects(
    replay.finished,
    /strayed from the log at entry 4: it sent .*query-status.*, but the log has .*query-big/,
  );
  await vm.destroy();
});

test('a client that leaves early is told what is missing', async () => {
  const replay = replayWire(session);
  const vm = await connect(replay.chardev);
  await vm.close();
  await rejects(replay.finished, /entry 4: it left before .*query-big/);
});

test('garbage and the end of a direction are recorded, but not what the garbage was', async () => {
  const [near, far] = memoryChardevs();
  const log: WireEntry[] = [];
  const tap = recordWire(near, (entry) => log.push(entry), { now: () => 0, side: 'server' });
  const [server, client] = [new Probe(tap), new Probe(far)];
  far.write('geheim!\n{"execute": "x"}');
  await server.until(() => server.text.endsWith('}'));
  tap.write('{"return": {}}\r\n');
  await client.until(() => client.text !== '');
  far.end();
  await server.until(() => server.ended);
  await tap.close();
  deepEqual(log, [
    { at: 0, from: 'client', garbage: 'syntax' },
    { at: 0, from: 'client', garbage: 'stray' },
    { at: 0, from: 'client', message: { execute: 'x' } },
    { at: 0, from: 'server', message: { return: {} } },
    { at: 0, from: 'client', end: true },
    { at: 0, from: 'server', end: true },
  ]);
});

test('a secret that an error or an event quotes is hidden there too', async () => {
  const [near, far] = memoryChardevs();
  const log: WireEntry[] = [];
  const tap = recordWire(near, (entry) => log.push(entry), { now: () => 0 });
  const [client, server] = [new Probe(tap), new Probe(far)];
  tap.write(
    '{"execute":"object-add","arguments":{"qom-type":"secret","id":"s","data":"geheim","keyid":{"password":"kennwort"}}}',
  );
  await server.until(() => server.text !== '');
  far.write(
    '{"error": {"class": "GenericError", "desc": "Bad data \'geheim\'"}}\r\n{"event": "X", "data": {"a": ["kennwort!", 1.0]}}\r\n',
  );
  await client.until(() => client.text.includes('kennwort'));
  await Promise.all([tap.close(), far.close()]);
  const text = formatWireLog(log);
  ok(!/geheim|kennwort/.test(text), text);
  ok(text.includes("Bad data '<redacted>'"));
  ok(text.includes('{"a":["<redacted>!",1.0]}'));
});

test('a message that JSON cannot hold does not break the log', () => {
  const entry: WireEntry = { at: 1, from: 'client', message: { execute: 'x', id: Number.POSITIVE_INFINITY } };
  equal(formatWireLog([entry]), '{"at":1,"from":"client","garbage":"unprintable"}\n');
});
