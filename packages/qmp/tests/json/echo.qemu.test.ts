import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { JsonReader } from 'qmp/json';
import { failure, print, respond } from './cases.js';
import { below, fuzzSeconds, makeRandom, type Random, randomInput, randomText } from './random.js';
import { RealMonitor } from './real-monitor.js';

function answer(input: Uint8Array): string {
  let output = '';
  const reader = new JsonReader(
    {
      message: (value) => {
        output += print(respond(value), false);
      },
      error: (error) => {
        output += print(failure(error.message), false);
      },
    },
    { doubles: 'keep' },
  );
  reader.push(input);
  return output;
}

const lineEnd = Buffer.from([0xff, 0x0a]);

/** Values that come back whole: QEMU prints the id of a command as it understood it. */
function echoedValues(random: Random): Uint8Array {
  return Buffer.from(Array.from({ length: 1 + below(random, 4) }, () => `{"id": ${randomText(random)}}`).join(''));
}

/** Gives real QEMU and our reader the same input until the time is over. */
async function compare(make: (random: Random) => Uint8Array): Promise<number> {
  const monitor = new RealMonitor();
  let rounds = 0;
  try {
    await monitor.exchange(Buffer.from('{"execute": "qmp_capabilities"}'), '{"return": {}}\r\n');
    const stop = performance.now() + fuzzSeconds * 1000;
    while (performance.now() < stop) {
      const seed = Number(process.env.QMP_FUZZ_SEED ?? below(Math.random, 2 ** 32));
      const input = Buffer.concat([make(makeRandom(seed)), lineEnd]);
      rounds++;
      const end = Buffer.from(`{"id": "end ${seed}"}`);
      const marker = print(respond({ id: `end ${seed}` }), false);
      const expected = await monitor.exchange(Buffer.concat([input, end]), marker);
      equal(answer(input), expected, `QMP_FUZZ_SEED=${seed}: ${JSON.stringify(input.toString('latin1'))}`);
    }
  } finally {
    await monitor.close();
  }
  return rounds;
}

for (const [kind, make] of [
  ['random input', randomInput],
  ['a run of random values', echoedValues],
] as const) {
  test(`${kind} is answered as real QEMU answers it, byte for byte`, async (context) => {
    const rounds = await compare(make);
    ok(rounds > 0);
    context.diagnostic(`${rounds} inputs`);
  });
}
