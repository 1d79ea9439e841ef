import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { Bench } from './bench.js';

const folder = mkdtempSync(join(tmpdir(), 'qmp-machine-'));
const disk = join(folder, 'disk.img');
const cd = join(folder, 'cd.iso');
const out = join(folder, 'out');
let bench: Bench;

beforeEach(() => {
  writeFileSync(disk, Buffer.alloc(1 << 20));
  writeFileSync(cd, Buffer.alloc(64 * 2048, 'ABC'));
});
afterEach(() => bench.stop());
after(() => rmSync(folder, { recursive: true }));

const medium = (file: string, options: { readOnly?: boolean; snapshot?: boolean } = {}) => ({
  file,
  readOnly: false,
  snapshot: false,
  ...options,
});

describe('disks', () => {
  test('what the guest writes is in the image, and counted', async () => {
    bench = await Bench.start({ media: { hda: medium(disk) } });
    bench.guest.type('write 3 Hello disk');
    await bench.guest.says('written');
    assert.equal(readFileSync(disk).subarray(1536, 1546).toString(), 'Hello disk');
    bench.guest.type('read 3');
    await bench.guest.says('Hello disk\r\n> ');
    const [{ stats } = { stats: undefined }] = await bench.client.execute('query-blockstats');
    assert.deepEqual([stats?.wr_bytes, stats?.wr_operations, stats?.rd_bytes], [512, 1, 512]);
    await bench.client.execute('stop');
    const [after] = await bench.client.execute('query-blockstats');
    assert.equal(after?.stats.flush_operations, 1);
  });

  test('with snapshot=on the image stays as it is', async () => {
    bench = await Bench.start({ media: { hda: medium(disk, { snapshot: true }) } });
    bench.guest.type('write 3 Hello disk');
    await bench.guest.says('written');
    bench.guest.type('read 3');
    await bench.guest.says('Hello disk\r\n> ');
    assert.ok(readFileSync(disk).every((byte) => byte === 0));
  });

  test('the medium of a drive is changed, ejected and put back, with events for the tray', async () => {
    bench = await Bench.start();
    const { client } = bench;
    bench.takeEvents();
    await client.execute('blockdev-change-medium', { device: 'ide1-cd0', filename: cd });
    assert.deepEqual(bench.takeEvents(), ['DEVICE_TRAY_MOVED', 'DEVICE_TRAY_MOVED']);
    const drive = (await client.execute('query-block')).find(({ device }) => device === 'ide1-cd0');
    assert.equal(drive?.inserted?.file, cd);
    assert.equal(drive?.inserted?.image['virtual-size'], 64 * 2048);
    await client.execute('eject', { device: 'ide1-cd0' });
    await client.execute('blockdev-add', {
      driver: 'raw',
      'node-name': 'disc',
      'read-only': true,
      file: { driver: 'file', filename: cd },
    });
    const id = drive?.qdev ?? '';
    await client.execute('blockdev-insert-medium', { id, 'node-name': 'disc' });
    await client.execute('blockdev-close-tray', { device: 'ide1-cd0' });
    await assert.rejects(client.execute('blockdev-del', { 'node-name': 'disc' }), /Node disc is in use/);
    await assert.rejects(client.execute('blockdev-remove-medium', { id }), /Tray of device .* is not open/);
  });

  test('the guest opens and closes the tray itself', async () => {
    bench = await Bench.start({ media: { cdrom: medium(cd, { readOnly: true }) } });
    const moved = bench.client.listen(['DEVICE_TRAY_MOVED']);
    const next = async () => (await moved[Symbol.asyncIterator]().next()).value?.data['tray-open'];
    bench.guest.type('eject');
    assert.equal(await next(), true);
    bench.guest.type('load');
    assert.equal(await next(), false);
    await moved.close();
  });

  test('a tray that the guest keeps shut is opened only by force', async () => {
    bench = await Bench.start({ media: { cdrom: medium(cd, { readOnly: true }) } });
    const { client, guest } = bench;
    const cdrom = async () => (await client.execute('query-block')).find(({ device }) => device === 'ide1-cd0');
    guest.type('lock');
    await guest.says('lock\r\n> ');
    assert.equal((await cdrom())?.locked, true);
    assert.match(await bench.monitor.human.execute('info block ide1-cd0'), /Removable device: locked, tray closed/);
    guest.type('eject');
    await guest.says('disk error');
    const refused = /Device 'ide1-cd0' is locked and force was not specified, wait for tray to open and try again/;
    await assert.rejects(client.execute('eject', { device: 'ide1-cd0' }), refused);
    await assert.rejects(client.execute('blockdev-change-medium', { device: 'ide1-cd0', filename: cd }), refused);
    await client.execute('blockdev-open-tray', { device: 'ide1-cd0' });
    assert.equal((await cdrom())?.tray_open, false);
    await client.execute('eject', { device: 'ide1-cd0', force: true });
    assert.deepEqual([(await cdrom())?.tray_open, (await cdrom())?.inserted], [true, undefined]);
    await client.execute('blockdev-change-medium', { device: 'ide1-cd0', filename: cd });
    // The drive tells that there is none, then that there is another one, before it does what it is told.
    for (let told = 0; told < 2; told++) {
      guest.type('unlock');
      await guest.says('disk error');
    }
    assert.equal((await cdrom())?.locked, true);
    guest.type('unlock');
    await guest.says('unlock\r\n> ');
    assert.equal((await cdrom())?.locked, false);
    guest.type('lock');
    await guest.says('lock\r\n> ');
    await client.execute('system_reset');
    assert.equal((await cdrom())?.locked, false);
    await client.execute('eject', { device: 'ide1-cd0' });
  });

  test('errors are worded as in QEMU', async () => {
    bench = await Bench.start({ media: { hda: medium(disk) } });
    const { client } = bench;
    await assert.rejects(client.execute('eject', {}), /Need exactly one of 'device' and 'id'/);
    await assert.rejects(client.execute('eject', { device: 'foo' }), { errorClass: 'DeviceNotFound' });
    await assert.rejects(client.execute('eject', { device: 'ide0-hd0' }), /Device 'ide0-hd0' is not removable/);
    await assert.rejects(
      client.execute('blockdev-change-medium', { device: 'ide1-cd0', filename: '/nonexistent' }),
      /Could not open '\/nonexistent': No such file or directory/,
    );
  });
});

describe('memory', () => {
  test('pmemsave sees the screen, memsave the same through the page tables', async () => {
    bench = await Bench.start();
    await bench.client.execute('pmemsave', { val: 0xb8000, size: 26, filename: out });
    const letters = readFileSync(out).filter((_byte, index) => index % 2 === 0);
    assert.equal(letters.toString(), 'QMP for TypeS');
    await bench.client.execute('memsave', { val: 0xb8000, size: 26, filename: out });
    assert.equal(readFileSync(out)[0], 'Q'.charCodeAt(0));
    assert.equal((await bench.client.execute('query-memory-size-summary'))['base-memory'], 16 << 20);
  });

  test('dump-guest-memory writes an ELF core with all of memory', async () => {
    bench = await Bench.start();
    await bench.client.execute('dump-guest-memory', { paging: false, protocol: `file:${out}` });
    const core = readFileSync(out);
    assert.equal(core.subarray(0, 4).toString('latin1'), '\x7fELF');
    assert.equal(core.readUInt16LE(16), 4);
    assert.equal(core.length, 4096 + (16 << 20));
    // The firmware's first bytes, where memory has them.
    assert.deepEqual(core.subarray(4096 + 0xf0000, 4096 + 0xf0002), Buffer.from([0xfa, 0xfc]));
    assert.equal(bench.machine.state, 'running');
  });

  test('the human monitor examines memory and registers', async () => {
    bench = await Bench.start();
    const human = (line: string) => bench.monitor.human.execute(line);
    assert.equal(await human('xp/4xb 0xffff0'), '00000000000ffff0: 0xea 0x00 0x00 0x00\n');
    assert.equal(await human('xp/2c 0xb8000'), "00000000000b8000: 'Q' '\\x07'\n");
    assert.equal(await human('x/1xh 0xf0000+0'), '000f0000: 0xfcfa\n');
    assert.match(await human('info registers'), /\nEIP=[0-9a-f]{8} EFL=[0-9a-f]{8} \[[-DOSZAPC]{7}\] CPL=0 /);
    assert.equal(await human('x'), 'unexpected end of expression\nTry "help x" for more information\n');
    assert.match(await human('info pci'), / {4}VGA controller: PCI device 1234:1111\n/);
    assert.match(await human('info block'), /ide1-cd0: \[not inserted\]\n/);
  });
});

describe('snapshots', () => {
  test('a snapshot is saved and loaded as a job, and brings the guest back', async () => {
    bench = await Bench.start();
    const { client, guest } = bench;
    const job = async (name: 'snapshot-save' | 'snapshot-load', id: string) => {
      const changes = client.listen(['JOB_STATUS_CHANGE']);
      await client.execute(name, { 'job-id': id, tag: 'one', vmstate: 'none', devices: [] });
      const states: string[] = [];
      for await (const { data } of changes) {
        states.push(data.status);
        if (data.status === 'concluded') break;
      }
      assert.deepEqual(states, ['created', 'running', 'waiting', 'pending', 'concluded']);
      await client.execute('job-dismiss', { id });
    };
    guest.type('echo before');
    await guest.says('before\r\nbefore\r\n> ');
    await job('snapshot-save', 'save');
    const before = await bench.machine.captureScreen();
    guest.type('clear');
    await guest.says('> ');
    await job('snapshot-load', 'load');
    assert.deepEqual(await bench.machine.captureScreen(), before);
    guest.type('echo alive');
    await guest.says('alive\r\nalive');
    assert.match(await bench.monitor.human.execute('info snapshots'), /\n1 +one +\d+\.\d MiB/);
    assert.deepEqual(await client.execute('query-jobs'), []);
  });

  test('a writable raw image cannot hold a snapshot', async () => {
    bench = await Bench.start({ media: { hda: medium(disk) } });
    assert.equal(
      await bench.monitor.human.execute('savevm one'),
      "Error: Device 'ide0-hd0' is writable but does not support snapshots\n",
    );
  });

  test('the human monitor saves, loads and deletes', async () => {
    bench = await Bench.start();
    const { human } = bench.monitor;
    assert.equal(await human.execute('savevm one'), '');
    assert.equal(await human.execute('loadvm one'), '');
    assert.equal(await human.execute('delvm one'), '');
    assert.match(await human.execute('loadvm one'), /^Error: Snapshot 'one' does not exist/);
    assert.equal(bench.machine.state, 'running');
  });
});

describe('events that the guest causes', () => {
  test('it sets its clock', async () => {
    bench = await Bench.start();
    const changes = bench.client.listen(['RTC_CHANGE']);
    bench.guest.type('clock 5');
    const { value } = await changes[Symbol.asyncIterator]().next();
    assert.equal(value?.data['qom-path'], '/machine/rtc');
    assert.ok(Math.abs(Number(value?.data.offset)) < 24 * 3600);
    await changes.close();
  });

  test('it sleeps and is woken', async () => {
    bench = await Bench.start();
    bench.takeEvents();
    await assert.rejects(bench.client.execute('system_wakeup'), /Unable to wake up: guest is not in suspended state/);
    bench.guest.type('suspend');
    await bench.guest.event('SUSPEND');
    assert.equal((await bench.client.execute('query-status')).status, 'suspended');
    await bench.client.execute('system_wakeup');
    await bench.guest.says('awake again');
    assert.deepEqual(bench.takeEvents(), ['SUSPEND', 'WAKEUP']);
  });

  test('its watchdog runs out', async () => {
    bench = await Bench.start();
    await bench.client.execute('watchdog-set-action', { action: 'pause' });
    bench.guest.type('watchdog 1');
    assert.deepEqual((await bench.guest.event('WATCHDOG')).data, { action: 'pause' });
    await bench.guest.event('STOP');
    assert.equal(bench.machine.state, 'watchdog');
  });

  test('a non-maskable interrupt reaches it', async () => {
    bench = await Bench.start();
    await bench.client.execute('inject-nmi');
    await bench.guest.says('non-maskable interrupt');
  });

  test('set-action changes what a panic does', async () => {
    bench = await Bench.start();
    await bench.client.execute('set-action', { panic: 'none' });
    bench.guest.type('panic');
    assert.deepEqual((await bench.guest.event('GUEST_PANICKED')).data, { action: 'run' });
    assert.equal(bench.machine.state, 'running');
  });
});

describe('objects, input and PCI', () => {
  test('the object tree has the real machine in it', async () => {
    bench = await Bench.start();
    const { client } = bench;
    const root = await client.execute('qom-list', { path: '/' });
    assert.deepEqual(
      root.find(({ name }) => name === 'machine'),
      { name: 'machine', type: 'child<pc-i440fx-7.2-machine>' },
    );
    const memory = await client.execute('qom-get', { path: '/machine', property: 'memory' });
    assert.deepEqual(memory, { size: 16 << 20, 'max-size': 16 << 20, slots: 0 });
    const [cpu] = await client.execute('query-cpus-fast');
    const type = await client.execute('qom-get', { path: cpu?.['qom-path'] ?? '', property: 'type' });
    assert.equal(type, 'pentium3-i386-cpu');
    await assert.rejects(client.execute('qom-list', { path: '/foo' }), { errorClass: 'DeviceNotFound' });
    await assert.rejects(
      client.execute('qom-set', { path: '/machine', property: 'type', value: 1 }),
      /Property 'pc-i440fx-7.2-machine.type' is not writable/,
    );
  });

  test('keys sent as input events are typed', async () => {
    bench = await Bench.start();
    bench.guest.output = '';
    const key = (data: 'm' | 'e' | 'ret', down: boolean) => ({
      type: 'key' as const,
      data: { down, key: { type: 'qcode' as const, data } },
    });
    const events = (['m', 'e', 'm', 'ret'] as const).flatMap((name) => [key(name, true), key(name, false)]);
    await bench.client.execute('input-send-event', { events });
    await bench.guest.says('mem\r\n16384 KiB');
    await bench.client.execute('input-send-event', {
      events: [
        { type: 'rel', data: { axis: 'x', value: 5 } },
        { type: 'btn', data: { button: 'left', down: true } },
      ],
    });
  });

  test('query-pci lists what is on the bus', async () => {
    bench = await Bench.start();
    const [bus] = await bench.client.execute('query-pci');
    const vga = bus?.devices.find(({ class_info }) => class_info.class === 0x0300);
    assert.deepEqual([vga?.id.vendor, vga?.id.device], [0x1234, 0x1111]);
    assert.equal(vga?.regions[0]?.type, 'memory');
  });
});
