import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseWireLog } from 'qmp/testing';
import { startQemu } from '../support/qemu.js';
import { jsonLines, runTool } from '../support/run-tool.js';

for (const pretty of [false, true]) {
  test(`qmp-shell and QEMU talk over unix and tcp, pretty=${pretty ? 'on' : 'off'}`, async () => {
    await using qemu = await startQemu(['-M', 'none', '-name', 'one'], { pretty });
    for (const address of [qemu.unix, qemu.tcp, `unix:${qemu.unix}`, `tcp:${qemu.tcp}`]) {
      const { code, out, err } = await runTool('qmp-shell', [address], { input: 'query-name\nquery-kvm\n' });
      assert.equal(err, '');
      assert.equal(code, 0);
      const [name, kvm] = jsonLines(out) as [unknown, { return: { enabled: boolean } }];
      assert.deepEqual(name, { return: { name: 'one' } });
      assert.equal(kvm.return.enabled, false);
    }
  });
}

test('a value may have blanks, and its quotes are not part of it', async () => {
  await using qemu = await startQemu();
  const input = `human-monitor-command command-line="info version"\nhuman-monitor-command command-line='info name'\n`;
  const { code, out } = await runTool('qmp-shell', [qemu.unix], { input });
  assert.equal(code, 0);
  const [version] = jsonLines(out) as { return: string }[];
  assert.match(version?.return ?? '', /^\d+\.\d+/);
  assert.ok(!out.includes('unknown command'));
});

test('a number is sent as a string where the schema says string', async () => {
  await using qemu = await startQemu(['-M', 'q35', '-S']);
  const input =
    'object-add qom-type=memory-backend-ram id=1 size=1M\nobject-del id=1\nringbuf-write device=9 data=123\n';
  const { out } = await runTool('qmp-shell', [qemu.unix], { input });
  const [added, deleted, written] = jsonLines(out) as [unknown, unknown, { error: { desc: string } }];
  assert.match(JSON.stringify(added), /identifier|return/);
  assert.ok(deleted !== undefined);
  assert.doesNotMatch(JSON.stringify([added, deleted, written]), /expected: string/);
});

test('who types exit is told how this shell is left', async () => {
  await using qemu = await startQemu();
  const { code, err } = await runTool('qmp-shell', [qemu.unix], { input: 'exit\n' });
  assert.equal(code, 2);
  assert.match(err, /no command 'exit' \(\.exit is for this shell\)/);
});

test('the exit code tells whether all went well', async () => {
  await using qemu = await startQemu();
  const shell = (input: string, ...options: string[]) => runTool('qmp-shell', [...options, qemu.unix], { input });
  assert.equal((await shell('query-name\n')).code, 0);
  const refused = await shell('device_del id=nothing\nquery-name\n');
  assert.equal(refused.code, 1);
  assert.equal(jsonLines(refused.out).length, 2);
  const typo = await shell('qurey-name\n');
  assert.equal(typo.code, 2);
  assert.match(typo.err, /did you mean 'query-name'\?/);
  const stopped = await shell('device_del id=nothing\nquery-name\n', '--stop-on-error');
  assert.equal(stopped.code, 1);
  assert.equal(jsonLines(stopped.out).length, 1);
  const unfinished = await shell('transaction(\nabort\n');
  assert.equal(unfinished.code, 2);
  assert.match(unfinished.err, /the input ends too early/);
});

test('quit ends the input with an error only when more was to be said', async () => {
  await using first = await startQemu();
  const done = await runTool('qmp-shell', [first.unix], { input: 'quit\n' });
  assert.equal(done.code, 0);
  await using second = await startQemu();
  const more = await runTool('qmp-shell', [second.unix], { input: 'quit\nquery-name\n' });
  assert.equal(more.code, 3);
});

test('--logfile logs what is sent and received, and leaves the socket alone', async () => {
  await using qemu = await startQemu();
  const log = join(qemu.folder, 'wire.log');
  const { code } = await runTool('qmp-shell', ['-l', log, qemu.unix], { input: 'query-name\n' });
  assert.equal(code, 0);
  const entries = parseWireLog(readFileSync(log, 'utf8'));
  const texts = entries.map((entry) => `${entry.from} ${JSON.stringify(entry)}`);
  assert.ok(texts.some((text) => text.startsWith('client ') && text.includes('"query-name"')));
  assert.ok(texts.some((text) => text.startsWith('server ') && text.includes('"return"')));
  assert.equal(statSync(log).mode & 0o777, 0o600);
  assert.ok(statSync(qemu.unix).isSocket());
  assert.equal((await runTool('qmp-shell', [qemu.unix], { input: 'query-name\n' })).code, 0);
});

test('--logfile refuses to write over a socket', async () => {
  await using qemu = await startQemu();
  const { code, err } = await runTool('qmp-shell', ['-l', qemu.unix, qemu.tcp], { input: 'query-name\n' });
  assert.equal(code, 2);
  assert.match(err, /is not a regular file/);
  assert.ok(statSync(qemu.unix).isSocket());
});

test('QMP_SOCKET is the address when none is given', async () => {
  await using qemu = await startQemu();
  const { code, out } = await runTool('qmp-shell', [], { input: 'query-name\n', env: { QMP_SOCKET: qemu.unix } });
  assert.equal(code, 0);
  assert.deepEqual(jsonLines(out), [{ return: {} }]);
  const without = await runTool('qmp-shell', [], { input: '' });
  assert.equal(without.code, 2);
  assert.match(without.err, /an address is missing/);
});

test('the human monitor keeps its CPU only when one was chosen, also without a machine', async () => {
  await using bare = await startQemu(['-M', 'none']);
  const version = await runTool('qmp-shell', ['-H', bare.unix], { input: 'info name\ninfo version\n' });
  assert.equal(version.code, 0);
  assert.equal(version.err, '');
  assert.match(version.out, /^\d+\.\d+/m);
  await using machine = await startQemu(['-M', 'q35', '-S', '-smp', '2']);
  const cpus = await runTool('qmp-shell', ['-H', machine.unix], { input: 'cpu 1\ninfo cpus\n' });
  assert.match(cpus.out, /\* CPU #1/);
});

test('-v shows what is sent, -p indents, raw JSON keeps its id', async () => {
  await using qemu = await startQemu();
  const verbose = await runTool('qmp-shell', ['-v', qemu.unix], { input: '{"execute": "query-name", "id": [7]}\n' });
  assert.deepEqual(jsonLines(verbose.out), [
    { execute: 'query-name', id: [7] },
    { return: {}, id: [7] },
  ]);
  const pretty = await runTool('qmp-shell', ['-p', qemu.unix], { input: 'query-name\n' });
  assert.equal(pretty.out, '{\n    "return": {\n    }\n}\n');
});

test('a transaction is typed over several lines', async () => {
  await using qemu = await startQemu();
  const { code, out } = await runTool('qmp-shell', [qemu.unix], { input: 'transaction(\nabort\n)\nquery-name\n' });
  assert.equal(code, 1);
  assert.match(out, /Transaction aborted/);
  assert.equal(jsonLines(out).length, 2);
});

test('events are printed when asked for, in their order among the replies', async () => {
  await using qemu = await startQemu(['-M', 'q35', '-S']);
  const { out } = await runTool('qmp-shell', ['--events', 'RESUME STOP', qemu.unix], { input: 'cont\nstop\n' });
  const kinds = (jsonLines(out) as { event?: string }[]).map((line) => line.event ?? 'reply');
  assert.deepEqual(kinds, ['RESUME', 'reply', 'STOP', 'reply']);
  const silent = await runTool('qmp-shell', [qemu.unix], { input: 'cont\nstop\n' });
  assert.deepEqual(jsonLines(silent.out), [{ return: {} }, { return: {} }]);
});

test('piped input leaves no history behind', async () => {
  await using qemu = await startQemu();
  const state = join(qemu.folder, 'state');
  writeFileSync(join(qemu.folder, 'commands'), 'query-name\n');
  await runTool('qmp-shell', [qemu.unix], { input: 'query-name\n', env: { XDG_STATE_HOME: state } });
  assert.ok(!existsSync(state));
});
