import { deepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { readRecordings } from './cases.js';
import {
  inOnePiece,
  inRandomPieces,
  inSingleBytes,
  modes,
  readBytewise,
  readExactly,
  readInChunks,
} from './outcomes.js';
import { below, fuzz, randomInput, randomText } from './random.js';

/** A reader that is not strict may wait for the end of the line before it looks at a long message. */
const lineEnd = Buffer.from('\n}\n');

test('every recorded input reads the same on the fast and on the exact way, whole and in single bytes', () => {
  for (const { input, name } of readRecordings().filter(({ input }) => input.length < 300_000)) {
    for (const mode of modes) {
      const expected = readExactly(input, mode);
      deepEqual(readInChunks(input, mode, inOnePiece), expected, name);
      deepEqual(readInChunks(input, mode, inSingleBytes), expected, name);
    }
  }
});

test('random input reads the same on the fast and on the exact way, however it is cut', (context) => {
  const rounds = fuzz((random) => {
    const input = Buffer.concat([randomInput(random), lineEnd]);
    for (const mode of modes) {
      const expected = readExactly(input, mode);
      const where = `input ${JSON.stringify(Buffer.from(input).toString('latin1'))}, mode ${JSON.stringify(mode)}`;
      deepEqual(readInChunks(input, mode, inOnePiece), expected, where);
      deepEqual(readInChunks(input, mode, inRandomPieces(random)), expected, where);
      if (input.length < 500) deepEqual(readInChunks(input, mode, inSingleBytes), expected, where);
    }
  });
  context.diagnostic(`${rounds} inputs`);
  ok(rounds > 0);
});

test('a message or an error is told at the very byte at which QEMU would tell it', () => {
  fuzz((random) => {
    const input = randomInput(random);
    for (const mode of modes.filter(({ strict }) => strict)) {
      const { exact, fast } = readBytewise(input, mode);
      deepEqual(fast, exact, `input ${JSON.stringify(Buffer.from(input).toString('latin1'))}`);
    }
  });
});

test('small limits strike at the same place on both ways', () => {
  fuzz((random) => {
    const input = Buffer.concat([Buffer.from(randomText(random, 6)), randomInput(random), lineEnd]);
    const [tokenBytes, tokens, nesting] = [1 + below(random, 200), 1 + below(random, 60), 1 + below(random, 6)];
    for (const mode of modes) {
      // What a duplicate name throws away is not measured when it is allowed.
      const limits = mode.strict ? { tokenBytes, tokens, nesting } : { tokenBytes, tokens };
      const expected = readExactly(input, mode, limits);
      const where = `input ${JSON.stringify(Buffer.from(input).toString('latin1'))}, mode ${JSON.stringify({ mode, limits })}`;
      deepEqual(readInChunks(input, mode, inOnePiece, limits), expected, where);
      deepEqual(readInChunks(input, mode, inRandomPieces(random), limits), expected, where);
    }
  });
});

test('a name with an escape is read right, whatever stood in its place before', () => {
  const inputs = ['{"/": ["b0"], "\\\\": ""}\n', '{"/": ["b0"], "\\u00e9": "\\n"}\n'].map((text) => Buffer.from(text));
  for (const mode of modes) {
    for (let round = 0; round < 20; round++) {
      for (const input of inputs) deepEqual(readInChunks(input, mode, inOnePiece), readExactly(input, mode));
    }
  }
});
