import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MigrationSettings } from '#src/migration/settings.js';

test('parameters are checked as QEMU checks them; nothing changes when one is refused', () => {
  const settings = new MigrationSettings();
  const before = settings.parameters;
  for (const [changes, message] of [
    [{ 'announce-step': 0 }, "Parameter 'announce_step' expects a value between 0 and 10000"],
    [
      { 'announce-max': 550, 'announce-initial': -1 },
      "Parameter 'announce_initial' expects a value between 0 and 100000",
    ],
    [{ 'compress-threads': 0 }, "Parameter 'compress_threads' expects a value between 1 and 255"],
    [{ 'cpu-throttle-initial': 100 }, "Parameter 'cpu_throttle_initial' expects an integer in the range of 1 to 99"],
    [
      { 'max-cpu-throttle': 19 },
      "Parameter 'max_cpu_throttle' expects an integer in the range of cpu_throttle_initial to 99",
    ],
    [
      { 'max-bandwidth': 1, 'xbzrle-cache-size': 5000 },
      "Parameter 'xbzrle_cache_size' expects a power of two no less than the target page size",
    ],
    [
      { 'downtime-limit': 2_000_001 },
      "Parameter 'downtime_limit' expects an integer in the range of 0 to (2000 * 1000) ms",
    ],
  ] as const) {
    assert.throws(() => settings.setParameters(changes), { message });
    assert.equal(settings.parameters, before);
  }
});

test('parameters stay until they are changed, also those that have no effect', () => {
  const settings = new MigrationSettings();
  settings.setParameters({ 'max-bandwidth': -1, 'tls-creds': 'tls0' });
  settings.setParameters({ 'tls-hostname': null, 'multifd-compression': 'zlib' });
  assert.equal(settings.maxBandwidth, 2n ** 64n - 1n);
  assert.equal(settings.parameters['tls-creds'], 'tls0');
  assert.equal(settings.parameters['tls-hostname'], '');
  assert.equal(settings.parameters['multifd-compression'], 'zlib');
  assert.equal(settings.downtimeLimit, 300);
});

test('what the machine cannot do is not switched on, and nothing else of that call either', () => {
  const settings = new MigrationSettings();
  const events = { capability: 'events', state: true } as const;
  assert.throws(() => settings.setCapabilities([events, { capability: 'xbzrle', state: true }]), {
    message: "Migration capability 'xbzrle' is not supported by this machine",
  });
  assert.equal(settings.has('events'), false);
  settings.setCapabilities([events, { capability: 'xbzrle', state: false }]);
  assert.equal(settings.has('events'), true);
  assert.equal(settings.capabilities.filter(({ state }) => state).length, 1);
});
