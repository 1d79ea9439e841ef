import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type QmpError, unplug } from 'qmp';
import { FakeClock } from 'qmp/testing';
import { pair } from '../peer.js';

const done = ({ id }: { id?: unknown }): string =>
  `{"return": {}${id === undefined ? '' : `, "id": ${JSON.stringify(id)}`}}\r\n`;

test('a guest that refuses an unplug is told as the reason', async () => {
  const { client, peer } = await pair();
  peer.answer = (command) => {
    peer.event('DEVICE_UNPLUG_GUEST_ERROR', { device: 'nic', path: '/machine/peripheral/nic' });
    return done(command);
  };
  await assert.rejects(unplug(client, 'nic'), (error: QmpError) => {
    assert.equal(error.code, 'QMP_OPERATION_FAILED');
    assert.match(error.message, /unplugging "nic" failed: the guest refused/);
    return true;
  });
  await client.close();
});

test('the events of other devices, and of parts of the device, do not count', async () => {
  const { client, peer } = await pair();
  peer.answer = (command) => {
    peer.event('DEVICE_DELETED', { device: 'other', path: '/machine/peripheral/other' });
    peer.event('DEVICE_DELETED', { path: '/machine/peripheral/nic/virtio-backend' });
    return done(command);
  };
  let gone = false;
  const unplugging = unplug(client, 'nic').then(() => {
    gone = true;
  });
  await peer.received(1);
  await client.waitFor(
    { event: 'DEVICE_DELETED', data: { path: '/machine/peripheral/nic/virtio-backend' } },
    { since: 1 },
  );
  assert.equal(gone, false);
  peer.event('DEVICE_DELETED', { device: 'nic', path: '/machine/peripheral/nic' });
  await unplugging;
  await client.close();
});

test('an unplug that is under way already is joined', async () => {
  const { client, peer } = await pair();
  peer.answer = () =>
    '{"error": {"class": "GenericError", "desc": "Device nic is already in the process of unplug"}}\r\n';
  const unplugging = unplug(client, 'nic');
  await peer.received(1);
  peer.event('DEVICE_DELETED', { device: 'nic', path: '/machine/peripheral/nic' });
  await unplugging;
  await client.close();
});

test('a memory device that cannot go says why, and a silent guest is named', async () => {
  const clock = new FakeClock();
  const { client, peer } = await pair({ clock });
  peer.answer = (command) => {
    peer.event('MEM_UNPLUG_ERROR', { device: 'dimm0', msg: 'busy' });
    return done(command);
  };
  await assert.rejects(unplug(client, 'dimm0'), /unplugging "dimm0" failed: busy/);
  peer.answer = done;
  const late = assert.rejects(unplug(client, 'nic', { timeout: 1000 }), /"nic" was not unplugged within 1 s/);
  await clock.advance(2000);
  await late;
  await client.close();
});
