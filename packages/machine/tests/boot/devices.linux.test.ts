import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connect, type QmpClient } from 'qmp';
import { memoryChardevs } from 'qmp/testing';
import { createMachine, createMachineMonitor, type Machine, type MachineMonitor } from 'qmp-machine';
import type { Api, InputEvent } from '#src/api/index.js';
import type { NicConfig } from '#src/emulator/network/config.js';
import { Guest } from '../machine/guest.js';
import { cpio } from './cpio.js';

const PATIENCE = 180_000;
const FOLDER = 0o40755;
const PROGRAM = 0o100755;
const MODULES = [
  'evdev',
  'psmouse',
  'failover',
  'net_failover',
  'virtio',
  'virtio_ring',
  'virtio_pci_modern_dev',
  'virtio_pci_legacy_dev',
  'virtio_pci',
  'virtio_net',
  'virtio_console',
  'virtio_balloon',
];

/** Loads the drivers and brings up a shell on the serial port; `lease` is what DHCP runs. */
const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
${MODULES.map((name) => `insmod /lib/${name}.ko`).join('\n')}
ip link set lo up
exec setsid sh </dev/ttyS0 >/dev/ttyS0 2>&1
`;
const LEASE = `#!/bin/busybox sh
[ "$1" = bound ] || exit 0
ip addr add $ip/24 dev $interface
ip route add default via $router
echo "nameserver $dns" >/etc/resolv.conf
`;

function fetched(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../../../tmp/debian-linux/${name}`, import.meta.url)));
}

function initialRamDisk(): Uint8Array {
  const text = (content: string) => new TextEncoder().encode(content);
  return cpio([
    ...['bin', 'dev', 'etc', 'lib', 'proc', 'sys'].map((name) => ({ name, mode: FOLDER })),
    { name: 'bin/busybox', mode: PROGRAM, data: fetched('busybox') },
    ...MODULES.map((name) => ({ name: `lib/${name}.ko`, mode: PROGRAM, data: fetched(`${name}.ko`) })),
    { name: 'lease', mode: PROGRAM, data: text(LEASE) },
    { name: 'init', mode: PROGRAM, data: text(INIT) },
  ]);
}

const nic: NicConfig = {
  id: 'net0',
  named: true,
  model: 'virtio-net-pci',
  mac: '52:54:00:12:34:56',
  peer: {
    id: 'n0',
    network: '10.0.2.0',
    host: '10.0.2.2',
    guest: '10.0.2.15',
    restrict: false,
    hostForwards: [{ address: '127.0.0.1', port: 0, guestPort: 7 }],
  },
};

let machine: Machine;
let monitor: MachineMonitor;
let client: QmpClient<Api>;
let guest: Guest;
let count = 0;

/** Runs a command in the guest and gives what it prints. */
async function run(command: string): Promise<string> {
  const mark = `done-${++count}`;
  guest.type(`${command}; echo ${mark.replace('-', '-""')}`);
  await guest.says(`${mark}\r\n`);
  const lines = guest.output.split('\r\n');
  return lines.slice(1, lines.indexOf(mark)).join('\n');
}

before(
  async () => {
    machine = await createMachine({
      nic,
      virtioSerial: { id: 'vs' },
      kernel: { kernel: fetched('vmlinuz'), initrd: initialRamDisk(), commandLine: 'console=ttyS0 quiet' },
    });
    monitor = createMachineMonitor(machine);
    const [ours, theirs] = memoryChardevs();
    monitor.qmp.attach(theirs);
    client = await connect<Api>(ours);
    await client.execute('chardev-add', { id: 'c', backend: { type: 'ringbuf', data: { size: 1024 } } });
    await client.execute('device_add', { driver: 'virtserialport', id: 'port', chardev: 'c', name: 'org.test.0' });
    guest = new Guest(machine, PATIENCE);
    await client.execute('cont');
    await guest.says('built-in shell');
    await guest.says('# ');
  },
  { timeout: 2 * PATIENCE },
);

after(async () => {
  await client.destroy();
  await monitor.qmp.close();
  await machine.destroy();
});

/** Waits for an event, which the test's own time limits. */
async function eventOf<Name extends keyof Api['events'] & string>(name: Name, action: () => unknown) {
  const events = client.listen([name]);
  await action();
  for await (const { data } of events) {
    await events.close();
    return data;
  }
  throw new Error(`the connection ended before ${name}`);
}

describe('Linux with virtio devices', { timeout: PATIENCE }, () => {
  test('gives memory to the balloon and takes it back', async () => {
    const total = async () => Number(/MemTotal: +(\d+) kB/.exec(await run('cat /proc/meminfo'))?.[1]);
    const before = await total();
    const until = async (bytes: number) => {
      const changes = client.listen(['BALLOON_CHANGE']);
      await client.execute('balloon', { value: bytes });
      for await (const { data } of changes) if (Number(data.actual) === bytes) break;
      assert.equal((await client.execute('query-balloon')).actual, bytes);
    };
    await until(64 << 20);
    assert.equal(before - (await total()), 64 << 10);
    await until(machine.memory);
    assert.equal(await total(), before);
  });

  test('tells what it knows of its memory when it is asked', async () => {
    const unattached = await client.execute('qom-list', { path: '/machine/unattached' });
    const name = unattached.find(({ type }) => type === 'child<virtio-balloon-pci>')?.name;
    const path = `/machine/unattached/${name}`;
    const property = 'guest-stats-polling-interval';
    await client.execute('qom-set', { path, property, value: 1 });
    let told: { stats: Record<string, number>; 'last-update': number };
    do {
      await run('sleep 1');
      told = (await client.execute('qom-get', { path, property: 'guest-stats' })) as typeof told;
    } while (told['last-update'] === 0);
    await client.execute('qom-set', { path, property, value: 0 });
    const total = Number(/MemTotal: +(\d+) kB/.exec(await run('cat /proc/meminfo'))?.[1]);
    assert.equal(told.stats['stat-total-memory'], total * 1024);
  });

  test('opens a port by its name, and both ends hear each other', async () => {
    const path = '/dev/$(cd /sys/class/virtio-ports; grep -l org.test.0 */name | cut -d/ -f1)';
    const opened = await eventOf('VSERPORT_CHANGE', () => run(`exec 3<>${path}`));
    assert.deepEqual(opened, { id: 'port', open: true });
    await run('echo from the guest >&3');
    assert.equal(await client.execute('ringbuf-read', { device: 'c', size: 100 }), 'from the guest\n');
    const closed = await eventOf('VSERPORT_CHANGE', () => run('exec 3>&-'));
    assert.deepEqual(closed, { id: 'port', open: false });
  });

  test('sees a port come and go', async () => {
    await client.execute('device_add', { driver: 'virtserialport', id: 'late', name: 'org.test.1' });
    const names = () => run('cat /sys/class/virtio-ports/*/name');
    while (!(await names()).includes('org.test.1'));
    await client.execute('device_del', { id: 'late' });
    while ((await names()).includes('org.test.1'));
  });

  test('gets an address, and reaches the host through its own', async () => {
    await run('ip link set eth0 up; timeout 20 udhcpc -i eth0 -n -q -s /lease');
    assert.match(await run('ip addr show eth0'), /inet 10.0.2.15\/24/);
    assert.match(await run('ping -c 1 10.0.2.2'), /1 packets received/);
    const server = createServer((socket) => socket.end('hello from the host\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    assert.equal(await run(`timeout 20 nc 10.0.2.2 ${port}`), 'hello from the host');
    await new Promise((resolve) => server.close(resolve));
    assert.match(await run(`timeout 20 nc 10.0.2.2 ${port} || echo refused`), /refused/);
  });

  test('is reached from the host by a forwarded port', async () => {
    await run('(nc -l -p 7 -e cat &)');
    while (!(await run('netstat -ltn')).includes(':7 '));
    const [port] = (await machine.network.state()).forwardedPorts;
    const socket = connectSocket(port ?? 0, '127.0.0.1');
    socket.write('there and back');
    const [data] = (await once(socket, 'data')) as [Buffer];
    assert.equal(data.toString(), 'there and back');
    socket.end();
    await once(socket, 'close');
  });

  test('sees its cable go and come', async () => {
    const carrier = () => run('cat /sys/class/net/eth0/carrier');
    assert.equal(await carrier(), '1');
    await client.execute('set_link', { name: 'net0', up: false });
    while ((await carrier()) !== '0');
    assert.match(await run('ping -c 1 -W 1 10.0.2.2'), /0 packets received/);
    await client.execute('set_link', { name: 'net0', up: true });
    while ((await carrier()) !== '1');
    assert.match(await run('ping -c 1 10.0.2.2'), /1 packets received/);
  });

  test('changes the address of its card, which is told once after it was asked for', async () => {
    await client.execute('query-rx-filter');
    const changed = await eventOf('NIC_RX_FILTER_CHANGED', () =>
      run('ip link set eth0 down; ip link set eth0 address 52:54:00:99:99:99; ip link set eth0 up'),
    );
    assert.deepEqual(changed, { name: 'net0', path: '/machine/peripheral/net0' });
    const [filter] = await client.execute('query-rx-filter');
    assert.equal(filter?.['main-mac'], '52:54:00:99:99:99');
  });

  test('reads an absolute place of the pointer', async () => {
    await run('for file in /dev/input/event*; do (cat $file >>/events &); done');
    // What the guest reads is scaled to 16 bits: an event of type 3 with code 0 for x, 1 for y.
    const scaled = (value: number) => `${Math.round((value / 0x8000) * 0xffff).toString(16)} 0000`;
    let read = '';
    let x = 0x4000;
    do {
      x += 16;
      const events: InputEvent[] = [
        { type: 'abs', data: { axis: 'x', value: x } },
        { type: 'abs', data: { axis: 'y', value: x - 0x1000 } },
      ];
      await client.execute('input-send-event', { events });
      read = (await run('od -An -tx2 -w16 /events')).replaceAll(/ +/g, ' ');
    } while (!read.includes(`0003 0000 ${scaled(x)}`));
    assert.ok(read.includes(`0003 0001 ${scaled(x - 0x1000)}`), read);
    const current = (await client.execute('query-mice')).filter((mouse) => mouse.current);
    assert.deepEqual(
      current.map(({ name }) => name),
      ['vmmouse'],
    );
    await run('killall cat');
  });

  test('sets the clock of the machine', async () => {
    const { offset } = await eventOf('RTC_CHANGE', () => run('date -s 2020-01-02; hwclock -w -u'));
    assert.ok(Number(offset) < 0, `offset ${offset}`);
    const time = (await client.execute('qom-get', { path: '/machine', property: 'rtc-time' })) as { tm_year: number };
    assert.equal(time.tm_year, 120);
  });

  test('sleeps and is woken', async () => {
    await eventOf('SUSPEND', () => guest.type('echo mem >/sys/power/state; echo a""wake'));
    assert.equal((await client.execute('query-status')).status, 'suspended');
    await client.execute('system_wakeup');
    await guest.says('awake\r\n');
    assert.equal(await run('echo $((6 * 7))'), '42');
  });
});
