/**
 * Cost per byte (processor time) of one message, from 1 kB to 64 MB and for different cuts of the input. Flat lines mean linear time.
 *
 *   node bench/json/size.mjs [largest size in MB]
 */
import { JsonReader } from 'qmp/json';
import { cpuSeconds, median } from '../lib/rounds.mjs';

const largest = Number(process.argv[2] ?? 64) * 2 ** 20;
const modes = { client: { strict: false }, monitor: { doubles: 'keep' } };
const cuts = { whole: Number.MAX_SAFE_INTEGER, '64 kB': 65536, '1000 B': 1000, '17 B': 17, '1 B': 1 };

/** A command with one long string argument. */
function longString(size) {
  return Buffer.from(
    `{"execute":"x","arguments":{"data":"${'0123456789abcde '.repeat(Math.ceil(size / 16)).slice(0, size - 40)}"}}\r\n`,
  );
}

/** A reply with many strings of 80 to 800 bytes in objects, as logs have them: 64 MB of shorter ones are too many tokens. */
function manyStrings(size) {
  const parts = [];
  let length = 0;
  for (let index = 0; length < size - 60; index++) {
    const part = `{"name": "${'some-word '.repeat(8 + ((index * 7) % 72))}", "index": ${index % 1000}}`;
    parts.push(part);
    length += part.length + 2;
  }
  return Buffer.from(`{"return": [${parts.join(', ')}], "id": 1}\r\n`);
}

/** Like {@link manyStrings}, but with words of another script, so that nothing is plain ASCII. */
function nonAscii(size) {
  return Buffer.from(manyStrings(size).toString().replaceAll('some-word', 'größe'));
}

function nanosecondsPerByte(bytes, cut, options, times) {
  let messages = 0;
  const reader = new JsonReader({ message: () => messages++, error: (error) => console.error(error.message) }, options);
  const start = cpuSeconds();
  for (let index = 0; index < times; index++) {
    for (let at = 0; at < bytes.length; at += cut) reader.push(bytes.subarray(at, at + cut));
  }
  const seconds = cpuSeconds() - start;
  if (messages !== times) throw new Error(`${messages} messages instead of ${times}`);
  return (seconds * 1e9) / (times * bytes.length);
}

/** The median of some runs, each over at least 2 MB, or one run when that takes long. */
function measure(bytes, cut, options) {
  const times = Math.ceil((cut === 1 ? 2 ** 18 : 2 ** 21) / bytes.length);
  const runs = bytes.length > 2 ** 22 || cut < 100 ? 1 : 3;
  return median(Array.from({ length: runs }, () => nanosecondsPerByte(bytes, cut, options, times)));
}

for (const [kind, make] of Object.entries({
  'one long string': longString,
  'many strings': manyStrings,
  'not ASCII': nonAscii,
})) {
  for (const [mode, options] of Object.entries(modes)) {
    console.log(`\n${kind}, ${mode}: nanoseconds a byte`);
    console.log(
      `  ${'size'.padStart(8)}${Object.keys(cuts)
        .map((name) => name.padStart(9))
        .join('')}`,
    );
    for (let size = 1024; size <= largest; size *= 4) {
      const bytes = make(size);
      const cells = Object.values(cuts).map((cut) => measure(bytes, cut, options).toFixed(1).padStart(9));
      const label = size < 2 ** 20 ? `${size / 1024} kB` : `${size / 2 ** 20} MB`;
      console.log(`  ${label.padStart(8)}${cells.join('')}`);
    }
  }
}
