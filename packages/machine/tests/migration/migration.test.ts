import assert from 'node:assert/strict';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { MigrationStatus } from '#src/api/index.js';
import { Bench } from '../commands/bench.js';

const folder = mkdtempSync(join(tmpdir(), 'migration-'));
const path = (name: string) => join(folder, name);
after(() => rmSync(folder, { recursive: true }));

const benches: Bench[] = [];
const keep = async (started: Promise<Bench>) => {
  const bench = await started;
  benches.push(bench);
  return bench;
};
/** The machine that migrates away. */
let source: Bench;

beforeEach(async () => {
  source = await keep(Bench.start());
  await capabilities(source, 'events');
  source.takeEvents();
});
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.stop();
});

async function capabilities(bench: Bench, ...names: ('events' | 'pause-before-switchover')[]): Promise<void> {
  await bench.client.execute('migrate-set-capabilities', {
    capabilities: names.map((capability) => ({ capability, state: true })),
  });
}

/** Waits until a migration is in a state. */
async function reaches(bench: Bench, status: MigrationStatus): Promise<void> {
  await bench.until(({ event, data }) => event === 'MIGRATION' && data?.status === status);
}

/** Waits, without events, until a migration is completed. */
async function arrives({ client }: Bench): Promise<void> {
  while ((await client.execute('query-migrate')).status !== 'completed') await turn();
}

/** The events about migration and the run state. */
function told(bench: Bench): string[] {
  return bench.events.map(({ event, data }) => `${event} ${data?.status ?? data?.pass ?? ''}`.trim());
}

async function memoryOf(bench: Bench): Promise<Buffer> {
  await bench.client.execute('pmemsave', { val: 0, size: bench.machine.memory, filename: path('memory') });
  return readFileSync(path('memory'));
}

async function isAlive(bench: Bench): Promise<void> {
  bench.guest.type('echo alive');
  await bench.guest.says('alive\r\nalive');
}

describe('a machine goes elsewhere', () => {
  for (const [transport, listening, sending] of [
    ['a unix socket', `unix:${path('socket')}`, `unix:${path('socket')}`],
    ['tcp', 'tcp:127.0.0.1:0', 'tcp:127.0.0.1:PORT'],
  ] as const)
    test(`over ${transport}, while its guest runs, and runs on there`, async () => {
      const target = await keep(Bench.waiting('defer'));
      assert.equal((await target.client.execute('query-status')).status, 'inmigrate');
      await capabilities(target, 'events');
      await target.client.execute('migrate-incoming', { uri: listening });
      const [address] = (await target.client.execute('query-migrate'))['socket-address'] ?? [];
      const port = address?.type === 'inet' ? address.port : '';
      source.guest.type('echo remember me');
      await source.guest.says('remember me\r\nremember me\r\n> ');
      await source.client.execute('migrate', { uri: sending.replace('PORT', port) });
      await reaches(source, 'completed');
      await reaches(target, 'completed');
      assert.equal((await source.client.execute('query-status')).status, 'postmigrate');
      assert.equal((await target.client.execute('query-status')).status, 'running');
      assert.deepEqual(await target.machine.captureScreen(), await source.machine.captureScreen());
      await isAlive(target);
      assert.deepEqual(told(source).slice(0, 3), ['MIGRATION setup', 'MIGRATION_PASS 1', 'MIGRATION active']);
      assert.ok(told(source).indexOf('STOP') > 2);
      assert.deepEqual(told(target), ['MIGRATION setup', 'MIGRATION active', 'RESUME', 'MIGRATION completed']);
    });

  test('through a command, from which another machine takes it later', async () => {
    source.guest.type('echo remember me');
    await source.guest.says('remember me\r\nremember me\r\n> ');
    await source.client.execute('migrate', { uri: `exec:gzip > ${path('state.gz')}`, detach: true });
    await reaches(source, 'completed');
    const target = await keep(Bench.waiting(`exec:gunzip < ${path('state.gz')}`));
    await target.until(({ event }) => event === 'RESUME');
    assert.deepEqual(await target.machine.captureScreen(), await source.machine.captureScreen());
    await isAlive(target);
  });

  test('into a file or an inherited descriptor', async () => {
    await source.client.execute('migrate', { uri: `fd:${openSync(path('by-fd'), 'w')}` });
    await reaches(source, 'completed');
    source.takeEvents();
    await source.client.execute('cont');
    await source.client.execute('migrate', { uri: `file:${path('by-path')}` });
    await reaches(source, 'completed');
    const fromFile = await keep(Bench.waiting(`file:${path('by-path')}`));
    await fromFile.until(({ event }) => event === 'RESUME');
    await isAlive(fromFile);
    const fromDescriptor = await keep(Bench.waiting(`fd:${openSync(path('by-fd'), 'r')}`));
    await fromDescriptor.until(({ event }) => event === 'RESUME');
    await isAlive(fromDescriptor);
  });

  test('with all of its memory, though the guest changes it meanwhile', async () => {
    // The guest types and draws while its memory is slowly on its way.
    await source.client.execute('migrate-set-parameters', { 'max-bandwidth': 300_000, 'downtime-limit': 2000 });
    const target = await keep(Bench.waiting('defer'));
    await target.client.execute('stop');
    await target.client.execute('migrate-incoming', { uri: `unix:${path('memory-socket')}` });
    await source.client.execute('migrate', { uri: `unix:${path('memory-socket')}` });
    const left = () => told(source).includes('MIGRATION completed');
    for (let line = 0; !left(); line++) {
      source.guest.type(`echo line ${line}`);
      while (!left() && !source.guest.output.includes(`\r\nline ${line}`)) await turn();
    }
    await arrives(target);
    assert.equal(target.machine.state, 'paused');
    assert.ok((await memoryOf(source)).equals(await memoryOf(target)));
    await target.client.execute('cont');
    await isAlive(target);
  });

  test('a guest that stood still stays so, and one that shall not run there does not', async () => {
    await source.client.execute('stop');
    await source.client.execute('migrate', { uri: `file:${path('paused')}` });
    await reaches(source, 'completed');
    const paused = await keep(Bench.waiting('defer'));
    // As with QEMU, cont while waiting only says that the guest may run when it ran there.
    await paused.client.execute('cont');
    await paused.client.execute('migrate-incoming', { uri: `file:${path('paused')}` });
    await arrives(paused);
    assert.equal(paused.machine.state, 'paused');
    await paused.client.execute('cont');
    await isAlive(paused);
  });

  test('after it has waited before the last part', async () => {
    await capabilities(source, 'pause-before-switchover');
    await source.client.execute('migrate', { uri: `file:${path('waited')}` });
    await reaches(source, 'pre-switchover');
    assert.equal((await source.client.execute('query-status')).status, 'finish-migrate');
    await assert.rejects(source.client.execute('cont'), /Migration is not finalized yet/);
    await assert.rejects(
      source.client.execute('migrate-continue', { state: 'active' }),
      /Migration not in expected state: pre-switchover/,
    );
    await source.client.execute('migrate-continue', { state: 'pre-switchover' });
    await reaches(source, 'completed');
    assert.deepEqual(
      told(source).filter((line) => !/PASS/.test(line)),
      ['setup', 'active', 'STOP', 'pre-switchover', 'device', 'completed'].map((status) =>
        status === 'STOP' ? status : `MIGRATION ${status}`,
      ),
    );
    const { ram, downtime } = await source.client.execute('query-migrate');
    assert.equal(ram?.remaining, 0);
    assert.ok(Number(downtime) > 0);
    await assert.rejects(
      source.client.execute('migrate', { uri: 'exec:cat' }),
      /Can't migrate the vm that was paused due to previous migration/,
    );
  });
});

describe('a migration that does not arrive', () => {
  test('is slow when its bandwidth is limited, tells how far it is, and can be cancelled', async () => {
    await source.client.execute('migrate-set-parameters', { 'max-bandwidth': 1000 });
    const target = await keep(Bench.waiting(`unix:${path('slow')}`));
    await source.client.execute('migrate', { uri: `unix:${path('slow')}` });
    await reaches(source, 'active');
    let info = await source.client.execute('query-migrate');
    while (Number(info.ram?.transferred) === 0) {
      await turn();
      info = await source.client.execute('query-migrate');
    }
    assert.equal(info.status, 'active');
    assert.equal(info.ram?.total, 16 << 20);
    assert.ok(Number(info.ram?.remaining) > 0 && Number(info.ram?.remaining) < 16 << 20);
    assert.equal(info['expected-downtime'], 300);
    await assert.rejects(
      source.client.execute('migrate', { uri: 'exec:cat' }),
      /There's a migration process in progress/,
    );
    await assert.rejects(capabilities(source, 'events'), /There's a migration process in progress/);
    await source.client.execute('migrate_cancel');
    await reaches(source, 'cancelled');
    assert.deepEqual(await source.client.execute('query-migrate'), { status: 'cancelled' });
    assert.equal(source.machine.state, 'running');
    await isAlive(source);
    assert.equal(await target.machine.finished, 1);
    assert.deepEqual(target.reports, [
      'The migration stream ended before the state was complete',
      'load of migration failed: Input/output error',
    ]);
    await source.client.execute('migrate_cancel');
  });

  test('cancelled while the guest stands still lets it run on', async () => {
    await capabilities(source, 'pause-before-switchover');
    await source.client.execute('migrate', { uri: 'exec:cat > /dev/null' });
    await reaches(source, 'pre-switchover');
    source.takeEvents();
    await source.client.execute('migrate_cancel');
    await reaches(source, 'cancelled');
    assert.deepEqual(told(source), ['MIGRATION cancelling', 'RESUME', 'MIGRATION cancelled']);
    await isAlive(source);
  });

  test('because its receiver is gone in the middle leaves the guest running', async () => {
    await source.client.execute('migrate-set-parameters', { 'max-bandwidth': 20_000 });
    let receiver: Socket | undefined;
    const server = createServer((socket) => {
      receiver = socket;
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(path('gone'), resolve));
    await source.client.execute('migrate', { uri: `unix:${path('gone')}` });
    await reaches(source, 'active');
    receiver?.destroy();
    server.close();
    await reaches(source, 'failed');
    const { status, 'error-desc': reason } = await source.client.execute('query-migrate');
    assert.equal(status, 'failed');
    assert.match(reason ?? '', /Unable to write/);
    assert.equal(source.machine.state, 'running');
    await isAlive(source);
  });

  for (const [uri, reason] of [
    ['exec:cat > /dev/null; exit 3', 'Command exited with status 3'],
    [`unix:${path('nobody')}`, `Failed to connect to '${path('nobody')}': No such file or directory`],
    ['file:/nonexistent/state', "Could not write '/nonexistent/state': No such file or directory"],
  ] as const)
    test(`${uri.split('/')[0]} fails and says why`, async () => {
      await source.client.execute('migrate', { uri });
      await reaches(source, 'failed');
      assert.deepEqual(await source.client.execute('query-migrate'), { status: 'failed', 'error-desc': reason });
      assert.equal(source.machine.state, 'running');
    });

  for (const [uri, message] of [
    ['smoke:signal', "Parameter 'uri' expects a valid migration protocol"],
    ['unix:', 'invalid Unix socket address'],
    ['tcp:foo', "error parsing address 'foo'"],
    ['tcp:127.0.0.1:70000', "error parsing address '127.0.0.1:70000'"],
    ['fd:abc', "File descriptor named 'abc' has not been found"],
    ['fd:7777', "File descriptor named '7777' has not been found"],
  ] as const)
    test(`the address ${uri} is refused`, async () => {
      await assert.rejects(source.client.execute('migrate', { uri }), { message: `"migrate" failed: ${message}` });
      assert.equal((await source.client.execute('query-migrate')).status, 'failed');
    });
});

describe('a state that cannot be used ends the machine that waits for it', () => {
  const cases: readonly (readonly [string, () => Promise<Buffer>, string, number?])[] = [
    ['of something else', async () => Buffer.from('hello, this is no state'), 'Not a migration stream'],
    ['that is empty', async () => Buffer.alloc(0), 'Not a migration stream'],
    [
      'of another version',
      async () => Buffer.from('QMPTSVM\n\x09\0\0\0', 'latin1'),
      'Unsupported migration stream version 9: this is 2',
    ],
    [
      'that is cut short',
      async () => (await stateOf()).subarray(0, 20_000),
      'The migration stream ended before the state was complete',
    ],
    [
      'with a section of an unknown type',
      async () => Buffer.from('QMPTSVM\n\x02\0\0\0\x77\x00\x00\x00\x00', 'latin1'),
      'The migration stream is damaged: a section of the unknown type 119',
    ],
    [
      'with a section that is too long',
      async () => Buffer.from('QMPTSVM\n\x02\0\0\0\x02\xff\xff\xff\x7f', 'latin1'),
      'The migration stream is damaged: a section of 2147483647 bytes',
    ],
    [
      'of a machine with other memory',
      stateOf,
      'Size mismatch: pc.ram: 0x1000000 != 0x2000000: Invalid argument',
      32 << 20,
    ],
  ];
  async function stateOf(): Promise<Buffer> {
    await source.client.execute('migrate', { uri: `file:${path('whole')}` });
    await reaches(source, 'completed');
    return readFileSync(path('whole'));
  }
  for (const [what, bytes, message, memory = 16 << 20] of cases)
    test(`one ${what}`, async () => {
      writeFileSync(path('bad'), await bytes());
      const target = await keep(Bench.waiting('defer', { memory }));
      await capabilities(target, 'events');
      await target.client.execute('migrate-incoming', { uri: `file:${path('bad')}` });
      assert.equal(await target.machine.finished, 1);
      assert.equal(target.reports[0], message);
      await reaches(target, 'failed');
    });

  test('of a machine with other disks', async () => {
    writeFileSync(path('disk'), Buffer.alloc(1 << 20));
    await stateOf();
    const media = { hda: { file: path('disk'), readOnly: false, snapshot: false } };
    const target = await keep(Bench.waiting(`file:${path('whole')}`, { media }));
    assert.equal(await target.machine.finished, 1);
    assert.equal(target.reports[0], 'Size mismatch: disks: none != hda: Invalid argument');
  });
});

describe('waiting', () => {
  test('is refused to a machine that was not started for it, and a second time', async () => {
    await assert.rejects(
      source.client.execute('migrate-incoming', { uri: 'tcp:0:1' }),
      /'-incoming' was not specified on the command line/,
    );
    const target = await keep(Bench.waiting('defer'));
    const { client } = target;
    await assert.rejects(client.execute('migrate', { uri: 'exec:cat' }), /Guest is waiting for an incoming migration/);
    await assert.rejects(client.execute('migrate-incoming', { uri: 'foo:bar' }), /unknown migration protocol: foo:bar/);
    await assert.rejects(
      client.execute('migrate-incoming', { uri: 'unix:/nonexistent/a' }),
      /Failed to bind socket to \/nonexistent\/a: No such file or directory/,
    );
    await client.execute('system_reset');
    assert.equal(target.machine.state, 'inmigrate');
    await client.execute('migrate-incoming', { uri: `unix:${path('first')}` });
    assert.deepEqual(await client.execute('query-migrate'), {
      'socket-address': [{ type: 'unix', path: path('first') }],
    });
    await assert.rejects(
      client.execute('migrate-incoming', { uri: `unix:${path('second')}` }),
      /The incoming migration has already been started/,
    );
  });
});

describe('limits and capabilities', () => {
  test('are as they were set, and no events are raised without the capability', async () => {
    const quiet = await keep(Bench.start());
    const { client } = quiet;
    quiet.takeEvents();
    await client.execute('migrate', { uri: 'exec:cat > /dev/null' });
    await arrives(quiet);
    assert.deepEqual(quiet.takeEvents(), ['STOP']);
    await client.execute('migrate-set-parameters', { 'max-bandwidth': 5, 'downtime-limit': 7 });
    await client.execute('migrate-set-parameters', {});
    const parameters = await client.execute('query-migrate-parameters');
    assert.deepEqual([parameters['max-bandwidth'], parameters['downtime-limit']], [5, 7]);
    for (const limit of [-1, 2_000_001])
      await assert.rejects(client.execute('migrate-set-parameters', { 'downtime-limit': limit }), {
        message:
          '"migrate-set-parameters" failed: Parameter \'downtime_limit\' expects an integer in the range of 0 to (2000 * 1000) ms',
      });
  });

  test('can be set by the human monitor, which also tells how a migration went', async () => {
    const human = (line: string) => source.monitor.human.execute(line);
    assert.match(await human('info migrate_capabilities'), /^events: on\n(.*: off\n)*pause-before-switchover: off\n/m);
    assert.equal(await human('migrate_set_capability pause-before-switchover on'), '');
    assert.match(
      await human('migrate_set_capability xbzrle on'),
      /^Error: Migration capability 'xbzrle' is not supported/,
    );
    assert.equal(await human('migrate_set_capability foo on'), 'Error: invalid parameter value: foo\n');
    assert.equal(await human('migrate_set_parameter max-bandwidth 3'), '');
    assert.equal(await human('migrate_set_parameter downtime-limit 20'), '');
    assert.equal(
      await human('info migrate_parameters'),
      'max-bandwidth: 3145728 bytes/second\ndowntime-limit: 20 ms\n',
    );
    assert.equal(await human('migrate_set_parameter foo 1'), 'Error: invalid parameter value: foo\n');
    assert.equal(await human('info migrate'), '');
    assert.equal(await human('migrate -d foo:bar'), "Error: Parameter 'uri' expects a valid migration protocol\n");
    assert.equal(await human('migrate -d "exec:cat > /dev/null"'), '');
    await reaches(source, 'pre-switchover');
    assert.equal(await human('migrate_continue pre-switchover'), '');
    await reaches(source, 'completed');
    assert.match(
      await human('info migrate'),
      /^Migration status: completed\ntotal time: \d+ ms\n(.+\n)+total ram: 16384 kbytes\n/,
    );
    assert.equal(await human('migrate_cancel'), '');
    assert.match(await human('migrate_incoming tcp:0:1'), /'-incoming' was not specified on the command line/);
  });
});
