import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { NicConfig } from '#src/emulator/network/config.js';
import { Bench } from './bench.js';

let bench: Bench;
afterEach(() => bench.stop());

const human = (line: string) => bench.monitor.human.execute(line);
const MAC = '52:55:0a:00:02:02';

describe('the network of the built-in guest', () => {
  test('the host answers it, except while the cable is out', async () => {
    bench = await Bench.start();
    const { client, guest } = bench;
    guest.type('arp');
    await guest.says(`10.0.2.2 is at ${MAC}`);
    await client.execute('set_link', { name: 'ne2k_pci.0', up: false });
    guest.type('arp');
    await guest.says('no answer');
    assert.equal(await human('set_link ne2k_pci.0 on'), '');
    guest.type('arp');
    await guest.says(`10.0.2.2 is at ${MAC}`);
  });

  test('a network that is cut off takes its card with it, and the card alone does not bring it back', async () => {
    bench = await Bench.start();
    const { client, guest } = bench;
    await client.execute('set_link', { name: '#net100', up: false });
    await client.execute('set_link', { name: 'ne2k_pci.0', up: true });
    guest.type('arp');
    await guest.says('no answer');
    await client.execute('set_link', { name: '#net100', up: true });
    guest.type('arp');
    await guest.says(`10.0.2.2 is at ${MAC}`);
  });

  test('a cable that is out stays out when the guest is reset', async () => {
    bench = await Bench.start();
    await bench.client.execute('set_link', { name: 'ne2k_pci.0', up: false });
    bench.guest.output = '';
    await bench.client.execute('system_reset');
    await bench.guest.says('> ');
    bench.guest.type('arp');
    await bench.guest.says('no answer');
  });

  test('there may be no card', async () => {
    bench = await Bench.start({ nic: null });
    bench.guest.type('arp');
    await bench.guest.says('no network card');
    assert.equal(await human('info network'), '');
    const [bus] = await bench.client.execute('query-pci');
    assert.ok(bus?.devices.every(({ class_info }) => class_info.class !== 0x200));
  });
});

describe('the card as monitors see it', () => {
  test('it has the address that was asked for, and the guest sees that one', async () => {
    bench = await Bench.start({ nic: { id: 'nic0', named: true, model: 'ne2k_pci', mac: '52:54:00:aa:bb:cc' } });
    assert.equal(await human('info network'), 'nic0: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:aa:bb:cc\n');
    // The beginning of the card's memory, byte by byte, by its data port.
    for (const [port, value] of [
      [0x30e, 0x48],
      [0x30a, 12],
      [0x30b, 0],
      [0x308, 0],
      [0x309, 0],
      [0x300, 0x0a],
    ])
      await human(`o/b ${port} ${value}`);
    const bytes: string[] = [];
    for (let index = 0; index < 12; index++) bytes.push((await human('i/b 0x310')).slice(-3, -1));
    assert.equal(bytes.filter((_byte, index) => index % 2 === 0).join(':'), '52:54:00:aa:bb:cc');
  });

  test('errors are worded as in QEMU', async () => {
    bench = await Bench.start();
    const { client } = bench;
    await assert.rejects(client.execute('set_link', { name: 'nope', up: true }), {
      errorClass: 'DeviceNotFound',
      message: /Device 'nope' not found/,
    });
    assert.equal(
      await human('info network'),
      'ne2k_pci.0: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:56\n' +
        ' \\ #net100: index=0,type=user,net=10.0.2.0,restrict=on\n',
    );
    assert.deepEqual(await client.execute('query-rx-filter'), []);
    await assert.rejects(
      client.execute('query-rx-filter', { name: 'ne2k_pci.0' }),
      /net client\(ne2k_pci.0\) doesn't support rx-filter querying/,
    );
    await assert.rejects(client.execute('query-rx-filter', { name: '#net100' }), /net client\(#net100\) isn't a NIC/);
    await assert.rejects(client.execute('query-rx-filter', { name: 'x' }), /invalid net client name: x/);
  });

  test('a virtio card tells its link and its filter', async () => {
    const nic: NicConfig = { id: 'v0', named: true, model: 'virtio-net-pci', mac: '52:54:00:01:02:03' };
    bench = await Bench.start({ nic });
    const { client } = bench;
    // The status of the card, behind its address in the configuration that the guest reads.
    const status = async () => Number((await human('i/h 0xc606')).split('= ')[1]);
    assert.equal(await status(), 1);
    await client.execute('set_link', { name: 'v0', up: false });
    assert.equal(await status(), 0);
    await client.execute('set_link', { name: 'v0', up: true });
    assert.equal(await status(), 1);
    const [filter] = await client.execute('query-rx-filter');
    assert.deepEqual([filter?.name, filter?.['main-mac'], filter?.promiscuous], ['v0', '52:54:00:01:02:03', true]);
  });
});
