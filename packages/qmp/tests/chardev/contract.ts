/** What every chardev has to do, as tests that each backend runs with a connected pair of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chardev } from 'qmp/protocol';

/** Records everything that a chardev tells, and waits for it. */
export class Probe {
  readonly chardev: Chardev;
  readonly log: string[] = [];
  text = '';
  bytes = 0;
  drains = 0;
  ended = false;
  closed = false;
  error: Error | undefined;
  readonly #waiting = new Set<() => void>();

  /** @param onData called when bytes came. */
  constructor(chardev: Chardev, onData: () => void = () => {}) {
    this.chardev = chardev;
    chardev.start({
      data: (chunk) => {
        this.bytes += chunk.length;
        if (this.bytes < 1_000_000) this.text += Buffer.from(chunk).toString('latin1');
        onData();
        this.#note('data');
      },
      end: () => {
        this.ended = true;
        this.#note('end');
      },
      drain: () => {
        this.drains++;
        this.#note('drain');
      },
      close: (error) => {
        this.closed = true;
        this.error = error;
        this.#note('close');
      },
    });
  }

  #note(what: string): void {
    if (this.log.at(-1) !== what) this.log.push(what);
    for (const check of this.#waiting) check();
  }

  /** Resolves when the condition holds; the test's own deadline ends a wait that never does. */
  until(condition: (probe: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition(this)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** A connected pair: `near` is the chardev under test, `far` the other side. */
export interface Pair {
  readonly near: Chardev;
  readonly far: Chardev;
  /** Frees what the pair needs besides the two chardevs. */
  cleanup?(): Promise<void> | void;
  /** Breaks the transport as a fault does, when that can be done. */
  breakIt?(): Promise<void> | void;
}

export interface ContractOptions {
  /** The transport can end one direction and keep the other. @default true */
  readonly halfClose?: boolean;
  /** The transport tells when the peer left. @default true */
  readonly seesLeave?: boolean;
  /** The pair can break its transport. @default false */
  readonly fault?: boolean;
  /** A peer that stops reading is felt by the writer. @default true */
  readonly backPressure?: boolean;
}

export function chardevContract(name: string, make: () => Promise<Pair>, options: ContractOptions = {}): void {
  const check = (claim: string, body: (pair: Pair) => Promise<void>) =>
    test(`${name}: ${claim}`, { timeout: 20_000 }, async () => {
      const pair = await make();
      try {
        await body(pair);
      } finally {
        await Promise.all([pair.near.close(), pair.far.close()]);
        await pair.cleanup?.();
      }
    });

  check('bytes arrive complete and in order, both ways', async ({ near, far }) => {
    const [a, b] = [new Probe(near), new Probe(far)];
    near.write('{"execute"');
    near.write(new Uint8Array([0x3a, 0x31]));
    near.write(': "qué"}\n');
    far.write('one');
    far.write('two');
    const sent = Buffer.from('{"execute":1: "qué"}\n').toString('latin1');
    await b.until(() => b.text.length >= sent.length);
    await a.until(() => a.text.length >= 6);
    assert.equal(b.text, sent);
    assert.equal(a.text, 'onetwo');
  });

  check('what arrives before start is kept, and start calls no handler itself', async ({ near, far }) => {
    const b = new Probe(far);
    far.write('early');
    await new Promise((resolve) => setImmediate(resolve));
    const a = new Probe(near);
    assert.deepEqual(a.log, []);
    await a.until(() => a.text === 'early');
    assert.equal(b.closed, false);
  });

  check('starting twice is refused', async ({ near, far }) => {
    const probe = new Probe(near);
    new Probe(far);
    assert.throws(() => new Probe(near), { code: 'QMP_STATE' });
    assert.equal(probe.closed, false);
  });

  check('close sends what was written, tells close without an error, and is idempotent', async ({ near, far }) => {
    const [a, b] = [new Probe(near), new Probe(far)];
    near.write('last words');
    await Promise.all([near.close(), near.close()]);
    await a.until(() => a.closed);
    await b.until(() => b.text === 'last words');
    assert.equal(a.error, undefined);
    assert.deepEqual(a.log, ['close']);
    assert.equal(near.write('more'), true, 'writing after close is ignored');
    await near.close();
  });

  check('close with a reason reports that reason', async ({ near, far }) => {
    const a = new Probe(near);
    new Probe(far);
    const reason = new Error('no longer wanted');
    await near.close(reason);
    await a.until(() => a.closed);
    assert.equal(a.error, reason);
  });

  check('close before start settles, and a later start tells close', async ({ near, far }) => {
    new Probe(far);
    await near.close();
    const a = new Probe(near);
    await a.until(() => a.closed);
    assert.equal(a.error, undefined);
  });

  if (options.seesLeave !== false) {
    check('a peer that leaves is told by end or close', async ({ near, far }) => {
      const a = new Probe(near);
      new Probe(far);
      await far.close();
      await a.until(() => a.ended || a.closed);
    });
  }

  check('paused, nothing is delivered; resumed, everything is', async ({ near, far }) => {
    const [a, b] = [new Probe(near), new Probe(far)];
    near.pause();
    far.write('x'.repeat(1000));
    near.write('ping');
    await b.until(() => b.text === 'ping');
    assert.equal(a.bytes, 0);
    near.resume();
    await a.until(() => a.bytes === 1000);
  });

  if (options.halfClose !== false) {
    check('ending one direction keeps the other open', async ({ near, far }) => {
      const [a, b] = [new Probe(near), new Probe(far)];
      near.write('question');
      near.end();
      await b.until(() => b.ended);
      assert.equal(b.text, 'question');
      far.write('answer');
      await a.until(() => a.text === 'answer');
      assert.equal(a.closed, false);
      far.end();
      await Promise.all([a.until(() => a.closed), b.until(() => b.closed)]);
      assert.deepEqual([a.log, a.error, b.error], [['data', 'end', 'close'], undefined, undefined]);
    });
  }

  if (options.backPressure !== false) {
    check(
      'a peer that stops reading makes write return false, and drain comes when it reads',
      async ({ near, far }) => {
        const [a, b] = [new Probe(near), new Probe(far)];
        far.pause();
        const block = 'z'.repeat(16_384);
        let sent = 0;
        for (; near.write(block) && sent < 5000; sent++) await new Promise((resolve) => setImmediate(resolve));
        assert.ok(sent < 5000, 'the writer never felt the peer');
        assert.ok(near.writableLength > 0);
        assert.equal(a.drains, 0);
        far.resume();
        await a.until(() => a.drains === 1);
        await b.until(() => b.bytes === (sent + 1) * block.length);
        assert.equal(near.writableLength, 0);
      },
    );

    check('close with a reason drops what a peer that stopped reading did not take', async ({ near, far }) => {
      const a = new Probe(near);
      new Probe(far);
      far.pause();
      while (near.write('z'.repeat(16_384))) await new Promise((resolve) => setImmediate(resolve));
      const reason = new Error('the peer does not read');
      await near.close(reason);
      await a.until(() => a.closed);
      assert.equal(a.error, reason);
    });
  }

  check('writing to a peer that is gone ends in close and never throws', async ({ near, far }) => {
    const a = new Probe(near);
    new Probe(far);
    await far.close(new Error('gone'));
    if (options.seesLeave === false) return;
    while (!a.closed) {
      near.write('anybody there?');
      if (a.ended) near.end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(near.write('nobody'), true);
  });

  if (options.fault === true) {
    check('a fault of the transport is told by close with an error', async ({ near, far, breakIt }) => {
      const a = new Probe(near);
      new Probe(far);
      await breakIt?.();
      await a.until(() => a.closed);
      assert.ok(a.error instanceof Error);
    });
  }
}
