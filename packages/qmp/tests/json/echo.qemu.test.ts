import { equal, ok } from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { test } from 'node:test';
import { JsonReader } from 'qmp/json';
import { failure, print, respond } from './cases.js';
import { below, fuzzSeconds, makeRandom, type Random, randomInput, randomText } from './random.js';

/** A real monitor on the standard streams of a QEMU without a machine. */
class RealMonitor {
  readonly #child: ChildProcessWithoutNullStreams;
  #output = '';
  #wanted = '';
  #found: () => void = () => {};

  constructor() {
    const args = '-machine none -nodefaults -display none -S -qmp stdio'.split(' ');
    this.#child = spawn('qemu-system-x86_64', args);
    this.#child.stdout.setEncoding('latin1').on('data', (text: string) => {
      this.#output += text;
      if (this.#output.endsWith(this.#wanted)) this.#found();
    });
  }

  /** Sends bytes and returns what comes until a text ends it. */
  async exchange(input: Uint8Array, until: string): Promise<string> {
    this.#output = '';
    this.#wanted = until;
    const found = new Promise<void>((resolve, reject) => {
      this.#found = resolve;
      this.#child.once('exit', (code) => reject(new Error(`QEMU ended with ${code}`)));
    });
    this.#child.stdin.write(input);
    await found;
    this.#child.removeAllListeners('exit');
    return this.#output.slice(0, -until.length);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill();
    await closed;
  }
}

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

/** QEMU's dictionary remembers the order of names such as "7"; a JavaScript object sorts them to the front. */
const numericName = /["']\d+["']/;
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
      // Looked for in what QEMU prints: in the input such a name may be written with escapes.
      if (numericName.test(expected)) continue;
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
