import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Bench } from '../commands/bench.js';

let bench: Bench;
before(async () => {
  bench = await Bench.start({
    nic: { id: 'nic0', named: true, model: 'ne2k_pci', mac: '52:54:00:00:00:01' },
    virtioSerial: { id: 'vs' },
  });
});
after(() => bench.stop());

const human = (line: string) => bench.monitor.human.execute(line);

describe('the object tree', () => {
  test('leads to every object, with what it has, and every property can be read', async () => {
    const { client } = bench;
    let seen = 0;
    const visit = async (path: string) => {
      for (const { name, type } of await client.execute('qom-list', { path })) {
        const value = await client.execute('qom-get', { path, property: name });
        seen += 1;
        if (type.startsWith('child<')) await visit(String(value));
      }
    };
    await visit('/');
    assert.ok(seen > 100, `${seen} properties`);
  });

  test('tells the machine as it is', async () => {
    const { client } = bench;
    const get = (path: string, property: string) => client.execute('qom-get', { path, property });
    assert.equal(await get('nic0', 'mac'), '52:54:00:00:00:01');
    assert.equal(await get('/machine/peripheral/nic0', 'type'), 'ne2k_pci');
    assert.equal(await get('nic0', 'parent_bus'), '/machine/i440fx/pci.0');
    assert.equal(await get('/objects/pc.ram', 'size'), 16 << 20);
    assert.equal(await get('/machine', 'memory-backend'), '/objects/pc.ram');
    const time = (await get('/machine', 'rtc-time')) as { tm_year: number };
    assert.ok(Math.abs(time.tm_year + 1900 - new Date().getUTCFullYear()) <= 1);
    assert.match(
      await human('info qom-tree /machine/peripheral'),
      /^\/machine\/peripheral \(container\)\n {2}\/nic0 \(ne2k_pci\)\n {2}\/vs \(virtio-serial-pci\)\n {4}\/vs.0 \(virtio-serial-bus\)\n$/,
    );
    assert.equal(await human('qom-get /machine type'), '"pc-i440fx-7.2-machine"\n');
    assert.match(await human('qom-list /machine/peripheral'), /^type \(string\)\nnic0 \(child<ne2k_pci>\)\n/);
  });

  test('the clock that the guest sets is the one that is told', async () => {
    const { client, guest } = bench;
    const changed = client.listen(['RTC_CHANGE']);
    guest.type('clock 5');
    await changed[Symbol.asyncIterator]().next();
    await changed.close();
    const { tm_hour } = (await client.execute('qom-get', { path: '/machine/rtc', property: 'date' })) as {
      tm_hour: number;
    };
    assert.equal(tm_hour, 5);
  });
});

describe('setting a property', () => {
  const set = (path: string, property: string, value: string | number | boolean) =>
    bench.client.execute('qom-set', { path, property, value });

  test('is refused in QEMU’s words when it cannot be done', async () => {
    await assert.rejects(set('/machine', 'type', 'x'), /Property 'pc-i440fx-7.2-machine.type' is not writable/);
    await assert.rejects(set('/machine', 'nope', 'x'), /Property 'pc-i440fx-7.2-machine.nope' not found/);
    await assert.rejects(
      set('nic0', 'mac', '52:54:00:00:00:02'),
      /Attempt to set property 'mac' on device 'nic0' \(type 'ne2k_pci'\) after it was realized/,
    );
    await assert.rejects(set('nic0', 'realized', 5), /Invalid parameter type for 'realized', expected: boolean/);
    await set('nic0', 'realized', true);
    await assert.rejects(set('/nowhere', 'x', 1), { errorClass: 'DeviceNotFound' });
  });

  test('has an effect: how often the guest is asked for its memory', async () => {
    const { client } = bench;
    const types = await client.execute('qom-list', { path: '/machine/unattached' });
    const name = types.find(({ type }) => type === 'child<virtio-balloon-pci>')?.name;
    const path = `/machine/unattached/${name}`;
    const property = 'guest-stats-polling-interval';
    assert.equal(await client.execute('qom-get', { path, property }), 0);
    await client.execute('qom-set', { path, property, value: 2 });
    assert.equal(await human(`qom-get ${path} ${property}`), '2\n');
    await assert.rejects(set(path, property, -1), /timer value must be greater than zero/);
    assert.equal(await human(`qom-set ${path} ${property} 0`), '');
    assert.equal(await client.execute('qom-get', { path, property }), 0);
    const stats = (await client.execute('qom-get', { path, property: 'guest-stats' })) as { 'last-update': number };
    assert.equal(stats['last-update'], 0);
  });
});

describe('types', () => {
  test('are listed with their parents, abstract ones when asked for', async () => {
    const { client } = bench;
    assert.deepEqual(await client.execute('qom-list-types', { implements: 'container' }), [
      { name: 'container', parent: 'object' },
    ]);
    const cards = await client.execute('qom-list-types', { implements: 'pci-device' });
    assert.ok(cards.some(({ name }) => name === 'ne2k_pci'));
    assert.ok(cards.every(({ abstract }) => abstract !== true));
    const all = await client.execute('qom-list-types', { implements: 'device', abstract: true });
    assert.ok(all.some(({ name, abstract }) => name === 'device' && abstract === true));
    const [machine] = await client.execute('query-machines');
    const machines = await client.execute('qom-list-types', { implements: 'machine' });
    assert.deepEqual(
      machines.map(({ name }) => name),
      [`${machine?.name}-machine`],
    );
  });

  test('have the properties that their objects have', async () => {
    const { client } = bench;
    const listed = await client.execute('qom-list-properties', { typename: 'ne2k_pci' });
    const real = await client.execute('qom-list', { path: 'nic0' });
    assert.deepEqual(listed.map(({ name }) => name).sort(), real.map(({ name }) => name).sort());
    const device = await client.execute('device-list-properties', { typename: 'isa-debug-exit' });
    assert.deepEqual(device, [
      { name: 'iosize', type: 'uint32', 'default-value': 2 },
      { name: 'iobase', type: 'uint32', 'default-value': 1281 },
    ]);
    await assert.rejects(client.execute('qom-list-properties', { typename: 'nope' }), {
      errorClass: 'DeviceNotFound',
      message: /Class 'nope' not found/,
    });
    await assert.rejects(
      client.execute('device-list-properties', { typename: 'container' }),
      /Parameter 'typename' expects a non-abstract device type/,
    );
  });
});
