import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classify, udpReply } from '#src/emulator/network/frames.js';

/** A UDP frame from 10.0.2.15 to 10.0.2.2. */
function udp(port: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(42 + payload.length);
  const view = new DataView(frame.buffer);
  frame.set([2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 8, 0, 0x45]);
  view.setUint16(16, 28 + payload.length);
  frame[23] = 17;
  frame.set([10, 0, 2, 15, 10, 0, 2, 2], 26);
  view.setUint16(34, 40000);
  view.setUint16(36, port);
  view.setUint16(38, 8 + payload.length);
  frame.set(payload, 42);
  return frame;
}

test('a question for a name is recognized, and its answer goes the way back', () => {
  const question = udp(53, Uint8Array.of(1, 2, 3));
  assert.deepEqual(classify(question), { type: 'dns', to: '10.0.2.2', query: Uint8Array.of(1, 2, 3) });
  const answer = udpReply(question, Uint8Array.of(7, 8));
  assert.deepEqual([...answer.subarray(0, 12)], [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
  assert.deepEqual([...answer.subarray(26, 34)], [10, 0, 2, 2, 10, 0, 2, 15]);
  assert.deepEqual([...answer.subarray(34, 38)], [0, 53, 40000 >> 8, 40000 & 255]);
  assert.deepEqual([...answer.subarray(42)], [7, 8]);
  // With its checksum in it, a header adds up to all ones.
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += ((answer[at] ?? 0) << 8) | (answer[at + 1] ?? 0);
  assert.equal(((sum & 0xffff) + (sum >> 16)) & 0xffff, 0xffff);
});

test('a frame that is cut off anywhere is passed to nobody', () => {
  const whole = udp(67, new Uint8Array(240));
  assert.deepEqual(classify(whole), { type: 'dhcp' });
  for (let length = 0; length < whole.length; length++)
    assert.deepEqual(classify(whole.subarray(0, length)), { type: 'other' });
  // Lengths that claim more than there is.
  const short = udp(67, new Uint8Array(10));
  assert.deepEqual(classify(short), { type: 'other' });
  const lies = udp(53, Uint8Array.of(1));
  lies[17] = 200;
  assert.deepEqual(classify(lies), { type: 'other' });
});
