import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import type { FaultRule, StateRule } from '#src/emulator/image.js';
import { Bench } from '../commands/bench.js';

const folder = mkdtempSync(join(tmpdir(), 'disk-errors-'));
const disk = join(folder, 'disk.img');
after(() => rmSync(folder, { recursive: true }));

let bench: Bench;
afterEach(() => bench.stop());

type Policy = 'report' | 'ignore' | 'stop' | 'enospc';
const always: FaultRule = { event: 'none', state: 0, errno: 5, once: false };

/** A machine with a disk some of whose requests fail. */
async function start(
  rules: readonly Partial<FaultRule>[],
  errors?: { read: Policy; write: Policy },
  states: readonly StateRule[] = [],
): Promise<Bench> {
  writeFileSync(disk, Buffer.alloc(1 << 20));
  const faults = [{ inject: rules.map((rule) => ({ ...always, ...rule })), states }];
  const medium = { file: disk, readOnly: false, snapshot: false, faults, label: `blkdebug::${disk}` };
  const started = await Bench.start({ media: { hda: { ...medium, ...(errors === undefined ? {} : { errors }) } } });
  started.takeEvents();
  return started;
}

async function ioStatus(): Promise<string | undefined> {
  const [drive] = await bench.client.execute('query-block');
  return drive?.['io-status'];
}

const failed = () => bench.until(({ event }) => event === 'BLOCK_IO_ERROR');

/** A boot sector that reads the next sector by the BIOS and sends its text to the serial port, or `!` on an error. */
const BOOT_SECTOR = Buffer.from(
  '31c08ed88ec0b80102bb007eb90200ba8000cd13720ebe007eac08c0740cbaf803eeebf5b021baf803eef4ebfd',
  'hex',
);

describe('a request of the BIOS that fails', () => {
  const boot = async (rule: Partial<FaultRule>, read: Policy) => {
    const image = Buffer.alloc(1 << 20);
    BOOT_SECTOR.copy(image);
    image.writeUInt16LE(0xaa55, 510);
    image.write('BIOS disk> ', 512);
    writeFileSync(disk, image);
    const faults = [{ inject: [{ ...always, ...rule }], states: [] }];
    const medium = { file: disk, readOnly: false, snapshot: false, faults, errors: { read, write: read } };
    bench = await Bench.prepare({ bootOrder: ['c'], media: { hda: medium } });
    await bench.machine.resume();
  };

  for (const [what, sector] of [
    ['to boot', 0],
    ['of a booted system', 1],
  ] as const)
    test(`${what} stops the machine and is tried again`, async () => {
      await boot({ sector, once: true }, 'stop');
      await bench.until(({ event }) => event === 'STOP');
      assert.deepEqual(bench.takeEvents(), ['RESUME', 'BLOCK_IO_ERROR', 'STOP']);
      assert.equal(bench.machine.state, 'io-error');
      assert.equal(bench.guest.output, '');
      await bench.client.execute('cont');
      await bench.guest.says('BIOS disk> ');
    });

  test('is told to who asked', async () => {
    await boot({ sector: 1 }, 'report');
    await bench.guest.says('!');
    assert.equal((await failed()).data?.action, 'report');
  });
});

describe('a request of the guest that fails', () => {
  test('stops the machine when its drive says so, and is tried again by cont', async () => {
    bench = await start([{ sector: 5, event: 'write_aio', once: true }], { read: 'stop', write: 'stop' });
    bench.guest.type('write 5 Hello again');
    const { data } = await failed();
    const [{ inserted } = { inserted: undefined }] = await bench.client.execute('query-block');
    assert.deepEqual(data, {
      device: 'ide0-hd0',
      'node-name': inserted?.['node-name'],
      operation: 'write',
      action: 'stop',
      nospace: false,
      reason: 'Input/output error',
    });
    await bench.until(({ event }) => event === 'STOP');
    assert.deepEqual(bench.takeEvents(), ['BLOCK_IO_ERROR', 'STOP']);
    assert.equal((await bench.client.execute('query-status')).status, 'io-error');
    assert.equal(await ioStatus(), 'failed');
    assert.match(await bench.monitor.human.execute('info block'), /\n {4}I\/O status: {7}failed\n/);
    assert.ok(readFileSync(disk).every((byte) => byte === 0));
    await bench.client.execute('cont');
    await bench.guest.says('written');
    assert.equal(readFileSync(disk).subarray(2560, 2571).toString(), 'Hello again');
    assert.equal(await ioStatus(), 'ok');
    assert.deepEqual(bench.takeEvents(), ['RESUME']);
  });

  test('stops it again when it fails again, and a reset gives it up', async () => {
    bench = await start([{ sector: 3, event: 'read_aio' }], { read: 'stop', write: 'report' });
    bench.guest.type('read 3');
    await bench.until(({ event }) => event === 'STOP');
    bench.takeEvents();
    await bench.client.execute('cont');
    await bench.until(({ event }) => event === 'STOP');
    assert.deepEqual(bench.takeEvents(), ['RESUME', 'BLOCK_IO_ERROR', 'STOP']);
    assert.equal(bench.machine.state, 'io-error');
    await bench.client.execute('system_reset');
    bench.guest.output = '';
    await bench.client.execute('cont');
    await bench.guest.says('> ');
    bench.guest.type('read 4');
    await bench.guest.says('read 4\r\n\r\n> ');
    assert.equal(bench.machine.state, 'running');
  });

  test('is told to the guest with the action report', async () => {
    bench = await start([{ sector: 3 }], { read: 'report', write: 'report' });
    bench.guest.type('read 3');
    await bench.guest.says('disk error');
    bench.guest.type('write 3 text');
    await bench.guest.says('disk error');
    const told = bench.events.map(({ data }) => [data?.operation, data?.action, data?.nospace]);
    assert.deepEqual(told, [
      ['read', 'report', undefined],
      ['write', 'report', undefined],
    ]);
    assert.equal(bench.machine.state, 'running');
    assert.equal(await ioStatus(), undefined);
    const [{ stats } = { stats: undefined }] = await bench.client.execute('query-blockstats');
    assert.deepEqual([stats?.failed_rd_operations, stats?.failed_wr_operations, stats?.wr_bytes], [1, 1, 0]);
  });

  test('is kept from the guest with the action ignore', async () => {
    bench = await start([{ sector: 3 }], { read: 'ignore', write: 'ignore' });
    bench.guest.type('write 3 text');
    await bench.guest.says('written');
    assert.equal((await failed()).data?.action, 'ignore');
    assert.ok(readFileSync(disk).every((byte) => byte === 0));
  });

  test('stops it by default only when the disk of the host is full', async () => {
    bench = await start([
      { sector: 3, event: 'write_aio' },
      { sector: 4, event: 'write_aio', errno: 28, once: true },
    ]);
    bench.guest.type('write 3 text');
    await bench.guest.says('disk error');
    assert.equal((await failed()).data?.action, 'report');
    bench.takeEvents();
    bench.guest.type('write 4 text');
    const { data } = await failed();
    assert.deepEqual([data?.action, data?.nospace, data?.reason], ['stop', true, 'No space left on device']);
    await bench.until(({ event }) => event === 'STOP');
    assert.equal(await ioStatus(), 'nospace');
    await bench.client.execute('cont');
    await bench.guest.says('written');
  });

  test('may be a flush', async () => {
    bench = await start([{ event: 'flush_to_disk', once: true }], { read: 'report', write: 'stop' });
    bench.guest.type('flush');
    assert.equal((await failed()).data?.operation, 'write');
    await bench.until(({ event }) => event === 'STOP');
    await bench.client.execute('cont');
    await bench.guest.says('flushed');
  });

  test('may depend on what was asked before', async () => {
    bench = await start([{ event: 'read_aio', state: 2 }], undefined, [{ event: 'write_aio', state: 1, newState: 2 }]);
    bench.guest.type('read 1');
    await bench.guest.says('read 1\r\n\r\n> ');
    bench.guest.type('write 1 text');
    await bench.guest.says('written');
    bench.guest.type('read 1');
    await bench.guest.says('disk error');
  });

  test('goes along to another machine, which tries it again', async () => {
    bench = await start([{ sector: 5, event: 'write_aio' }], { read: 'stop', write: 'stop' });
    bench.guest.type('write 5 from afar');
    await bench.until(({ event }) => event === 'STOP');
    await bench.client.execute('migrate', { uri: `file:${join(folder, 'state')}` });
    while (bench.machine.state !== 'postmigrate')
      await bench.client.execute('query-status').then(() => new Promise(setImmediate));
    await bench.stop();
    const media = { hda: { file: disk, readOnly: false, snapshot: false } };
    bench = await Bench.waiting(`file:${join(folder, 'state')}`, { media });
    while ((await bench.client.execute('query-migrate')).status !== 'completed') await new Promise(setImmediate);
    assert.equal(bench.machine.state, 'paused');
    await bench.client.execute('cont');
    await bench.guest.says('written');
    assert.equal(readFileSync(disk).subarray(2560, 2569).toString(), 'from afar');
  });
});
