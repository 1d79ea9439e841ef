import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyApi, connect, QmpError } from 'qmp';
import type { JsonObject, JsonValue } from 'qmp/json';
import { FakeClock, memoryChardevs } from 'qmp/testing';
import { GREETING, Peer } from './peer.js';

/** A small generator of chance that always gives the same numbers (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A server as slow and as free as the protocol allows: in-band in order, out-of-band whenever, events anywhere. A lawless
 * one answers in-band commands in any order too.
 */
class UnrulyServer {
  readonly idsInUse = new Set<string>();
  events = 0;
  reused = 0;
  readonly #inBand: JsonObject[] = [];
  readonly #outOfBand: JsonObject[] = [];
  readonly #random: () => number;
  readonly #peer: Peer;
  readonly #lawless: boolean;

  constructor(peer: Peer, random: () => number, lawless: boolean) {
    this.#peer = peer;
    this.#random = random;
    this.#lawless = lawless;
    peer.answer = (command) => {
      const key = JSON.stringify(command.id) ?? 'none';
      if (this.idsInUse.has(key)) this.reused++;
      this.idsInUse.add(key);
      (command['exec-oob'] === undefined ? this.#inBand : this.#outOfBand).push(command);
      return undefined;
    };
  }

  get owing(): number {
    return this.#inBand.length + this.#outOfBand.length;
  }

  /** Answers some of what it owes. */
  work(share: number): void {
    let text = '';
    const answer = (command: JsonObject): void => {
      this.idsInUse.delete(JSON.stringify(command.id) ?? 'none');
      if (this.#random() < 0.1)
        text += `{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "E${this.events++}"}\r\n`;
      const { serial } = command.arguments as { serial: JsonValue };
      const id = command.id === undefined ? '' : `, "id": ${JSON.stringify(command.id)}`;
      const failed = this.#random() < 0.1;
      text += failed
        ? `{"error": {"class": "GenericError", "desc": "serial ${serial}"}${id}}\r\n`
        : `{"return": ${serial}${id}}\r\n`;
    };
    const inAnyOrder = (commands: JsonObject[]): void => {
      for (let n = Math.ceil(commands.length * share); n > 0; n--) {
        const [command] = commands.splice(Math.floor(this.#random() * commands.length), 1);
        if (command !== undefined) answer(command);
      }
    };
    if (this.#lawless) inAnyOrder(this.#inBand);
    else for (const command of this.#inBand.splice(0, Math.ceil(this.#inBand.length * share))) answer(command);
    inAnyOrder(this.#outOfBand);
    this.#peer.say(text);
  }
}

test('100,000 commands with timeouts, cancels, out-of-band and late replies: none gets what is another’s', () =>
  stress(100_000, false));

test('20,000 commands to a server that answers in any order: none gets what is another’s', () => stress(20_000, true));

async function stress(total: number, lawless: boolean): Promise<void> {
  const random = chance(20_260_701);
  const clock = new FakeClock();
  const [near, far] = memoryChardevs();
  const peer = new Peer(far);
  peer.say(GREETING);
  const client = await connect<AnyApi>(near, { clock, history: 16 });
  const server = new UnrulyServer(peer, random, lawless);
  let events = 0;
  client.on('*', () => events++);
  const ends = { right: 0, refused: 0, late: 0, aborted: 0, wrong: 0 };

  const judge = (serial: number, promise: Promise<JsonValue>): Promise<void> =>
    promise.then(
      (value) => void (value === serial ? ends.right++ : ends.wrong++),
      (error: unknown) => {
        if (!QmpError.is(error)) ends.wrong++;
        else if (error.code === 'QMP_COMMAND_TIMEOUT') ends.late++;
        else if (error.code === 'QMP_ABORTED') ends.aborted++;
        else if (error.code === 'QMP_COMMAND_FAILED' && error.message.endsWith(` serial ${serial}`)) ends.refused++;
        else ends.wrong++;
      },
    );

  const judged: Promise<void>[] = [];
  for (let serial = 0; serial < total; ) {
    const controllers: AbortController[] = [];
    for (let n = 1 + Math.floor(random() * 40); n > 0 && serial < total; n--, serial++) {
      const timeout = random() < 0.3 ? 1 + Math.floor(random() * 100) : 10_000;
      const controller = random() < 0.2 ? new AbortController() : undefined;
      if (controller !== undefined) controllers.push(controller);
      const options = { timeout, oob: random() < 0.2, ...(controller && { signal: controller.signal }) };
      judged.push(judge(serial, client.execute('x', { serial }, options)));
    }
    await clock.advance(Math.floor(random() * 60));
    for (const controller of controllers) if (random() < 0.7) controller.abort();
    server.work(random() * random());
  }
  while (server.owing > 0) {
    server.work(1);
    await clock.advance(20);
  }
  await Promise.all(judged);

  assert.equal(ends.wrong, 0);
  assert.equal(ends.right + ends.refused + ends.late + ends.aborted, total);
  assert.equal(server.reused, 0, 'an id was in use twice at once');
  assert.equal(events, server.events);
  assert.equal(client.inFlight, 0, 'every tombstone was lifted by its late reply');
  assert.ok(Math.min(ends.right, ends.refused, ends.late, ends.aborted) > total / 100, JSON.stringify(ends));
  await client.close();
}
