import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { JsonReader } from 'qmp/json';
import { failure, print, type Recording, readRecordings, respond } from './cases.js';

const recordings = readRecordings();
/** Feeding these in single bytes takes long and shows nothing new. */
const big = 300_000;

function replay(recording: Recording, cut: number): string {
  const replies: string[] = [];
  const reader = new JsonReader(
    {
      message: (value) => replies.push(print(respond(value), recording.pretty)),
      error: (error) => replies.push(print(failure(error.message), recording.pretty)),
    },
    { doubles: 'keep' },
  );
  const { input } = recording;
  for (let at = 0; at < input.length; at += cut) reader.push(input.subarray(at, at + cut));
  return replies.join('');
}

function check(recording: Recording, cut: number): void {
  const output = replay(recording, cut);
  if (output.length + recording.output.length < 10_000) equal(output, recording.output, recording.name);
  else ok(output === recording.output, `${recording.name}: the output differs`);
}

test('there are recordings of each kind', () => {
  ok(recordings.length > 380, `only ${recordings.length}`);
});

test('what QEMU answered to bytes in one piece is answered the same', () => {
  for (const recording of recordings) check(recording, recording.input.length + 1);
});

test('what QEMU answered is answered the same when the bytes come one at a time', () => {
  for (const recording of recordings.filter(({ input }) => input.length < big)) check(recording, 1);
});

test('what QEMU answered is answered the same for chunks of 2 to 17 bytes', () => {
  for (const recording of recordings.filter(({ input }) => input.length < 3000)) {
    for (let cut = 2; cut <= 17; cut++) check(recording, cut);
  }
});

test('a monitor that pauses at each message loses and reorders nothing', () => {
  for (const recording of recordings.filter(({ input }) => input.length < big)) {
    const replies: string[] = [];
    const take = (text: string) => {
      replies.push(text);
      reader.pause();
    };
    const reader = new JsonReader(
      {
        message: (value) => take(print(respond(value), recording.pretty)),
        error: (error) => take(print(failure(error.message), recording.pretty)),
      },
      { doubles: 'keep' },
    );
    reader.push(recording.input);
    for (let count = -1; reader.paused && count !== replies.length; ) {
      count = replies.length;
      reader.resume();
    }
    deepEqual(replies.join('') === recording.output, true, recording.name);
  }
});
