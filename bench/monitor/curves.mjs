/**
 * Cost per byte: of messages from 1 kB to 64 MB, and of one message in ever smaller pieces.
 *
 *   node bench/monitor/curves.mjs
 *
 * The message is a command with one string argument, refused once it is read whole, so the refusal is short. In pieces each
 * write of the generator is a packet of its own; the system joins what the server does not read at once.
 */
import { JsonReader } from 'qmp/json';
import { createMonitor } from 'qmp/monitor';
import { memoryChardevs } from 'qmp/testing';
import { startServers } from './servers.mjs';

const servers = await startServers({ qemu: false });
try {
  console.log('one string argument over a unix socket');
  for (const size of [1e3, 1e4, 1e5, 1e6, 4e6, 16e6, 64e6]) {
    const count = Math.max(3, Math.min(2000, Math.round(2e7 / size)));
    servers.run('ours', 'argument', 2, size);
    const ours = servers.run('ours', 'argument', count, size);
    const minimal = servers.run('minimal', 'argument', count, size);
    const cost = (result) => `${((result.median * 1000) / size).toFixed(2)} ns/byte`;
    console.log(
      `  ${String(size).padStart(9)} bytes  ours ${cost(ours).padStart(15)}  minimal ${cost(minimal).padStart(15)}`,
    );
  }
} finally {
  await servers.stop();
}

console.log('query-version in pieces, within one process: processor time of the monitor');
const text = '{"execute": "query-version", "id": "0123456789"}\n'.repeat(20_000);
for (const chunk of [1, 2, 7, 64, 1024, 65_536]) {
  const monitor = createMonitor({ version: { qemu: { micro: 0, minor: 0, major: 0 }, package: '' } });
  const [near, far] = memoryChardevs({ chunk });
  const session = monitor.attach(far);
  let bytes = 0;
  near.start({
    data: (data) => {
      bytes += data.length;
    },
    end() {},
    drain() {},
    close() {},
  });
  near.write('{"execute": "qmp_capabilities"}');
  const start = process.cpuUsage();
  near.write(text);
  near.end();
  await session.closed;
  const { user, system } = process.cpuUsage(start);
  console.log(
    `  pieces of ${String(chunk).padStart(6)}  ${(((user + system) * 1000) / text.length).toFixed(1).padStart(7)} ns/byte, ${bytes} bytes back`,
  );
  await monitor.close();
}

console.log('one message, a byte at a time, by its size: processor time of the reader');
for (const size of [1e3, 1e4, 1e5, 1e6, 4e6]) {
  const bytes = new TextEncoder().encode(`{"execute": "x", "arguments": {"a": "${'x'.repeat(size)}"}}\n`);
  let messages = 0;
  const count = () => {
    messages++;
  };
  const reader = new JsonReader({ message: count, error: count }, { doubles: 'keep' });
  const times = Math.max(1, Math.floor(1e6 / size));
  const piece = new Uint8Array(1);
  const start = process.cpuUsage();
  for (let time = 0; time < times; time++) {
    for (let at = 0; at < bytes.length; at++) {
      piece[0] = bytes[at];
      reader.push(piece);
    }
  }
  const { user, system } = process.cpuUsage(start);
  const cost = ((user + system) * 1000) / (times * bytes.length);
  console.log(`  ${String(size).padStart(9)} bytes  ${cost.toFixed(1).padStart(7)} ns/byte, ${messages} messages`);
}
