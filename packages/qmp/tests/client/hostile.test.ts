import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AnyApi, connect, QmpError } from 'qmp';
import { FakeClock, memoryChardevs } from 'qmp/testing';
import { GREETING, Peer } from './peer.js';

const pieces = fc.constantFrom(
  GREETING,
  '{"return": {}}',
  '{"return": {}, "id": 0}',
  '{"return": {}, "id": 1}',
  '{"return": {}, "id": -1}',
  '{"return": {}, "id": 1e9}',
  '{"return": {}, "id": {"a": [null]}}',
  '{"error": {"class": "GenericError", "desc": "x"}}',
  '{"error": {"class": "GenericError", "desc": "x"}, "id": 0}',
  '{"error": {"class": "GenericError", "desc": "JSON parse error, expecting value"}}',
  '{"error": null, "id": 0}',
  '{"error": 7}',
  '{"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}',
  '{"event": 5}',
  '{"event": null}',
  '{"event": "SHUTDOWN", "data": 5}',
  '{}',
  '[]',
  'null',
  '5 ',
  '"text"',
  '{"QMP": null}',
  '{"QMP": {"version": 1, "capabilities": []}}',
  '}{',
  '\u00ff',
  '\r\n',
);

test('whatever a peer says and however it leaves, every promise is settled by an error of ours or a value', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(pieces, { maxLength: 12 }),
      fc.array(pieces, { maxLength: 12 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom('close', 'fail', 'silence'),
      async (before, during, chunk, leaving) => {
        const clock = new FakeClock();
        const [near, far] = memoryChardevs({ chunk });
        const peer = new Peer(far);
        for (const piece of before) peer.say(piece);
        peer.say(GREETING);
        const settled: unknown[] = [];
        const connecting = connect<AnyApi>(near, { clock }).then(
          async (client) => {
            client.on('*', () => undefined);
            const promises = ['a', 'b', 'c'].map((name) => client.execute(name));
            for (const piece of during) peer.say(piece);
            const leave = async (): Promise<void> => {
              if (leaving === 'close') await far.close();
              if (leaving === 'fail') far.fail(new Error('gone'));
            };
            settled.push(...(await Promise.allSettled([...promises, leave()])).slice(0, 3));
            client.destroy();
            await assert.rejects(client.execute('d'), (error) => QmpError.is(error));
          },
          (error: unknown) => settled.push({ status: 'rejected', reason: error }),
        );
        for (let i = 0; i < 20; i++) await clock.advance(10_000);
        await connecting;
        assert.ok(settled.length > 0);
        for (const end of settled as PromiseSettledResult<unknown>[]) {
          if (end.status === 'rejected') assert.ok(QmpError.is(end.reason), String(end.reason));
        }
        assert.equal(clock.pending, 0, 'no timer is left');
      },
    ),
    { numRuns: 400 },
  );
});
