import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { memoryChardevs } from 'qmp/testing';
import { chardevContract, Probe } from '../chardev/contract.js';

chardevContract(
  'memory',
  async () => {
    const [near, far] = memoryChardevs();
    return { near, far, breakIt: () => far.fail(new Error('cut')) };
  },
  { fault: true },
);

test('any chunking delivers the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string()), fc.integer({ min: 1, max: 7 }), async (texts, chunk) => {
      const [near, far] = memoryChardevs({ chunk });
      const b = new Probe(far);
      new Probe(near);
      for (const text of texts) near.write(text);
      await near.close();
      await b.until(() => b.ended);
      assert.equal(b.text, Buffer.from(texts.join('')).toString('latin1'));
      await far.close();
    }),
    { numRuns: 50 },
  );
});

test('an array kept after the call is overwritten', async () => {
  const [near, far] = memoryChardevs();
  let kept: Uint8Array | undefined;
  far.start({
    data: (chunk) => {
      kept = chunk;
    },
    end() {},
    drain() {},
    close() {},
  });
  const a = new Probe(near);
  near.write('secret');
  far.write('x');
  await a.until(() => a.text === 'x');
  assert.equal(Buffer.from(kept ?? []).includes('secret'), false);
  await Promise.all([near.close(), far.close()]);
});

test('a pause inside data stops delivery between two chunks', async () => {
  const [near, far] = memoryChardevs({ chunk: 1 });
  const seen: string[] = [];
  far.start({
    data(chunk) {
      seen.push(String.fromCharCode(...chunk));
      far.pause();
    },
    end() {},
    drain() {},
    close() {},
  });
  const a = new Probe(near);
  near.write('ab');
  far.write('x');
  await a.until(() => a.text === 'x');
  assert.deepEqual(seen, ['a']);
  far.resume();
  far.write('y');
  await a.until(() => a.text === 'xy');
  assert.deepEqual(seen, ['a', 'b']);
  await Promise.all([near.close(), far.close()]);
});

test('writing to a peer that closed reports the loss', async () => {
  const [near, far] = memoryChardevs();
  const a = new Probe(near);
  new Probe(far);
  await far.close();
  near.write('hello?');
  await a.until(() => a.closed);
  assert.equal((a.error as Error & { code?: string }).code, 'QMP_DISCONNECTED');
});
