/**
 * Random bytes, mutated recorded sessions and random cuts against a whole monitor. QMP_FUZZ_SECONDS makes a run longer,
 * QMP_FUZZ_SEED repeats the input of a failure, whose message names it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Monitor } from 'qmp/monitor';
import type { Chardev, ChardevHandlers } from 'qmp/protocol';
import {
  below,
  fuzzSeconds,
  makeRandom,
  mutatedRecording,
  type Random,
  randomGarbage,
  randomInput,
} from '../json/random.js';
import { testMonitor } from './client.js';

/** A client without a transport: what it sends arrives in the same turn. */
class Direct implements Chardev {
  readonly label = 'direct';
  readonly writableLength = 0;
  output = '';
  #handlers: ChardevHandlers | undefined;
  #paused = false;
  #kept: Uint8Array[] = [];

  start(handlers: ChardevHandlers): void {
    this.#handlers = handlers;
  }

  send(bytes: Uint8Array): void {
    if (this.#paused) this.#kept.push(bytes.slice());
    else this.#handlers?.data(bytes);
  }

  write(data: string | Uint8Array): boolean {
    this.output += typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
    return true;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    while (!this.#paused && this.#kept.length > 0) this.#handlers?.data(this.#kept.shift() as Uint8Array);
  }

  end(): void {}

  async close(reason?: Error): Promise<void> {
    this.#handlers?.close(reason);
  }
}

/** Commands that recordings use: one is answered at once, one in a later turn, one may overtake. */
function fuzzedMonitor(): Monitor {
  const later = () => new Promise<void>((resolve) => setImmediate(resolve));
  return testMonitor({
    commands: [
      { name: 'query-name', handler: () => undefined },
      { name: 'query-status', handler: later },
      { name: 'x-oob-test', allowOob: true, handler: (args) => args },
    ],
    limits: { tokenBytes: 20_000, tokens: 500, nesting: 60 },
  });
}

/** Joins, negotiates, and goes on with no output yet. */
function join(monitor: Monitor, oob: boolean): Direct {
  const client = new Direct();
  monitor.attach(client);
  const enable = oob ? '["oob"]' : '[]';
  client.send(Buffer.from(`{"execute": "qmp_capabilities", "arguments": {"enable": ${enable}}}`));
  client.output = '';
  return client;
}

/** Sends in pieces of random length. */
function sendCut(client: Direct, bytes: Uint8Array, random: Random): void {
  const longest = 1 + below(random, 60);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + below(random, longest));
    client.send(bytes.subarray(at, end));
    at = end;
  }
}

const sign = '{"id": "alive", "error": {"class": "GenericError", "desc": "QMP input lacks member \'execute\'"}}\r\n';

/** Resynchronises, as QMP clients do, and waits until the monitor answered everything. */
async function alive(client: Direct): Promise<string> {
  client.send(Buffer.concat([Buffer.from([0xff]), Buffer.from('\n{"id": "alive"}')]));
  for (let turn = 0; !client.output.endsWith(sign); turn++) {
    if (turn > 2000) throw new Error(`not usable any more after ${JSON.stringify(client.output.slice(-200))}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return client.output;
}

/** Runs a check with fresh seeds until its time is over, and says how far it came. */
async function fuzz(check: (random: Random) => Promise<void>): Promise<number> {
  const fixed = process.env.QMP_FUZZ_SEED;
  const stop = performance.now() + fuzzSeconds * 1000;
  let rounds = 0;
  for (; fixed === undefined ? performance.now() < stop : rounds < 1; rounds++) {
    const seed = fixed === undefined ? below(Math.random, 2 ** 32) : Number(fixed);
    try {
      await check(makeRandom(seed));
    } catch (error) {
      throw new Error(`QMP_FUZZ_SEED=${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  return rounds;
}

/** Error replies and results are lines of JSON, whatever came in; but a number too large comes back as `inf`, as in QEMU. */
function assertReplies(output: string): void {
  for (const line of output.slice(0, -2).split('\r\n')) {
    const reply = JSON.parse(line.replaceAll(/(?<=[ [])-?inf\b/g, '0')) as object;
    assert.ok('return' in reply || 'error' in reply || 'event' in reply, line);
  }
}

const kinds: readonly [string, (random: Random) => Uint8Array][] = [
  ['random bytes', (random) => Buffer.from(Array.from({ length: below(random, 600) }, () => below(random, 256)))],
  ['random pieces of JSON', randomGarbage],
  ['mutated recorded sessions', mutatedRecording],
  ['all kinds in a row', randomInput],
];

for (const [kind, make] of kinds) {
  test(`a monitor answers ${kind} the same however they are cut, and is usable after 0xFF`, async (context) => {
    const rounds = await fuzz(async (random) => {
      await using monitor = fuzzedMonitor();
      const input = make(random);
      const oob = random() < 0.5;
      const whole = join(monitor, oob);
      whole.send(input);
      const expected = await alive(whole);
      assertReplies(expected);
      const cut = join(monitor, oob);
      sendCut(cut, input, random);
      assert.equal(await alive(cut), expected, JSON.stringify(Buffer.from(input).toString('latin1')));
    });
    context.diagnostic(`${rounds} inputs`);
  });
}

test('a session that gets rubbish for as long as it lives keeps a bounded amount of memory', async (context) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  await using monitor = fuzzedMonitor();
  const client = join(monitor, false);
  let bytes = 0;
  const feed = async (random: Random) => {
    for (const input of [randomGarbage(random), mutatedRecording(random), Buffer.alloc(5000, '{"a":[')]) {
      sendCut(client, input, random);
      bytes += input.length;
    }
    client.output = '';
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (let round = 0; round < 50; round++) await feed(makeRandom(round));
  const before = used();
  await fuzz(feed);
  const growth = used() - before;
  context.diagnostic(`${bytes} bytes, ${growth} more kept`);
  assert.ok(growth < 4 * 2 ** 20, `${growth} bytes more after ${bytes} bytes`);
  await alive(client);
});
