import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from 'qmp';
import { Window } from '#src/client/window.js';

/** A server that executes one command after the other, and a client that always has more of them. All in milliseconds. */
class Model implements Clock {
  readonly window = new Window(this, () => this.#fill());
  /** What the server needs for a command: alone on the wire, and with others. */
  cost: (alone: boolean) => number = (alone) => (alone ? 0.1 : 0.12);
  /** From the client to the server and back. */
  way = 0.01;
  /** The largest number of commands that were on the wire in the last run. */
  most = 0;
  answered = 0;
  #now = 1;
  #free = 0;
  #wanted = 0;
  readonly #replies: number[] = [];
  #timer: { readonly at: number; readonly callback: () => void } | undefined;

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, milliseconds: number): unknown {
    this.#timer = { at: this.#now + milliseconds, callback };
    return this.#timer;
  }

  clearTimeout(timer: unknown): void {
    if (this.#timer === timer) this.#timer = undefined;
  }

  get timers(): number {
    return this.#timer === undefined ? 0 : 1;
  }

  /** Sends so many commands as fast as the window lets them, and returns how long that took. */
  run(commands: number): number {
    const start = this.#now;
    this.most = 0;
    this.#wanted = commands;
    this.#fill();
    while (this.#replies.length > 0) this.#step();
    this.window.emptied();
    return this.#now - start;
  }

  /** Lets time pass in which nothing is sent. */
  rest(milliseconds: number): void {
    this.#now += milliseconds;
  }

  #step(): void {
    const reply = this.#replies[0] ?? 0;
    if (this.#timer !== undefined && this.#timer.at < reply) {
      const { at, callback } = this.#timer;
      this.#timer = undefined;
      this.#now = at;
      callback();
      return;
    }
    this.#now = Math.max(this.#now, reply);
    this.#replies.shift();
    this.answered++;
    this.window.answered();
    this.#fill();
  }

  #fill(): void {
    while (this.#wanted > 0 && this.#replies.length < this.window.size) {
      this.#wanted--;
      this.#free = Math.max(this.#free, this.#now + this.way / 2) + this.cost(this.#replies.length === 0);
      this.#replies.push(this.#free + this.way / 2);
      this.most = Math.max(this.most, this.#replies.length);
    }
    if (this.#wanted > 0) this.window.full();
  }
}

test('a server that one command keeps busy gets one at a time, without the id that it would have to read', () => {
  const model = new Model();
  model.window.limit(7);
  model.run(200);
  assert.equal(model.window.size, 1);
  const milliseconds = model.run(100_000);
  assert.ok(milliseconds < 100_000 * 0.111, `${milliseconds} ms, with the trials in between`);
});

test('where the way is long commands follow each other closely, and trials cost next to nothing', () => {
  const model = new Model();
  model.way = 50;
  model.window.limit(7);
  model.run(1000);
  assert.equal(model.window.size, 7);
  const milliseconds = model.run(70_000);
  assert.ok(milliseconds < (70_000 / 7) * 50 * 1.03, `${milliseconds} ms`);
});

test('a choice that was wrong later is made anew', () => {
  const model = new Model();
  model.window.limit(7);
  model.run(1000);
  assert.equal(model.window.size, 1);
  model.way = 5;
  model.run(30_000);
  assert.equal(model.window.size, 7);
  model.way = 0.01;
  model.run(500_000);
  assert.equal(model.window.size, 1);
});

test('a server faster than any QEMU gets more and more, and seven again when it is slow', () => {
  const model = new Model();
  model.cost = () => 0.001;
  model.window.limit(7);
  model.run(100_000);
  assert.equal(model.most, 4096);
  model.cost = () => 0.1;
  model.way = 1;
  model.run(100_000);
  model.run(1000);
  assert.equal(model.most, 7);
});

test('a command that takes long alone on the wire holds up the others for twenty milliseconds at the most', () => {
  const model = new Model();
  model.window.limit(7);
  model.run(1000);
  assert.equal(model.window.size, 1);
  let slow = true;
  model.cost = () => {
    const long = slow;
    slow = false;
    return long ? 60_000 : 0.1;
  };
  const before = model.answered;
  const sent: number[] = [];
  const { cost } = model;
  model.cost = (alone) => {
    sent.push(model.now());
    return cost(alone);
  };
  model.run(7);
  assert.equal(model.answered - before, 7);
  assert.equal(sent.length, 7);
  assert.ok((sent[6] ?? 0) - (sent[0] ?? 0) <= 20.001, 'all seven were on the wire long before the first was answered');
});

test('time in which nothing is on the wire does not count, and leaves no timer', () => {
  const model = new Model();
  model.window.limit(7);
  model.run(1000);
  for (let n = 0; n < 200; n++) {
    model.run(n % 40);
    assert.equal(model.timers, 0);
    model.rest(1000);
  }
  assert.equal(model.window.size, 1);
});

test('a window of one stays one, and a boundless one is never measured', () => {
  const one = new Model();
  one.window.limit(1);
  one.run(1000);
  assert.equal(one.most, 1);
  const boundless = new Model();
  boundless.window.limit(Number.POSITIVE_INFINITY);
  boundless.run(1000);
  assert.equal(boundless.most, 1000);
});
