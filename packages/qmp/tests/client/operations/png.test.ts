import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PNG } from 'pngjs';
import { screendumpTo } from 'qmp';
import { pair } from '../peer.js';

test('the portable pixmap of an older QEMU becomes a PNG with the same pixels', async () => {
  const [width, height] = [200, 150];
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7) % 251);
  const ppm = Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);
  const { client, peer } = await pair();
  peer.answer = ({ execute, id }) =>
    `{"return": ${execute === 'query-qmp-schema' ? '[]' : '{}'}${id === undefined ? '' : `, "id": ${id}`}}\r\n`;
  const png = await screendumpTo(client, { name: '/x', read: async () => ppm });
  assert.deepEqual(peer.sent.at(-1)?.arguments, { filename: '/x' });
  const decoded = PNG.sync.read(Buffer.from(png));
  assert.deepEqual([decoded.width, decoded.height], [width, height]);
  const rgb = Uint8Array.from({ length: pixels.length }, (_, i) => decoded.data[Math.floor(i / 3) * 4 + (i % 3)] ?? 0);
  assert.deepEqual(rgb, pixels);
  await assert.rejects(screendumpTo(client, { name: '/x', read: async () => ppm.subarray(0, 500) }), /ends too early/);
  await assert.rejects(screendumpTo(client, { name: '/x', read: async () => Buffer.from('GIF89a') }), /neither PNG/);
  await client.close();
});
