import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import type { JsonValue } from 'qmp/json';
import { inRandomPieces, inSingleBytes, modes, readInChunks, show } from './outcomes.js';
import { makeRandom } from './random.js';

const commands = [
  'qmp_capabilities',
  'query-status',
  'stop',
  'cont',
  'query-commands',
  'absent',
  'query-qmp-schema',
  'quit',
];

/** Everything that a QEMU without a machine prints for some commands. */
async function record(pretty: 'on' | 'off'): Promise<Buffer> {
  const args = '-machine none -nodefaults -display none -chardev stdio,id=c -mon'.split(' ');
  const qemu = spawn('qemu-system-x86_64', [...args, `chardev=c,mode=control,pretty=${pretty}`]);
  const chunks: Buffer[] = [];
  qemu.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = new Promise((resolve) => qemu.once('close', resolve));
  qemu.stdin.write(commands.map((execute) => JSON.stringify({ execute })).join('\n'));
  await closed;
  return Buffer.concat(chunks);
}

test('what QEMU prints on lines is read as JSON.parse reads each line, in any mode and cut', async () => {
  const session = await record('off');
  const lines = session.toString('latin1').trimEnd().split('\r\n');
  ok(lines.length > commands.length);
  const expected = lines.map((line) => show(JSON.parse(line) as JsonValue));
  for (const mode of modes) {
    deepEqual(readInChunks(session, mode, inRandomPieces(makeRandom(session.length))), expected);
    deepEqual(readInChunks(session, mode, { cut: () => 65536 }), expected);
  }
  deepEqual(readInChunks(session, { strict: false }, inSingleBytes), expected);
});

test('what QEMU prints with pretty=on is read as the same messages', async () => {
  const withoutTime = (values: string[]) => values.map((value) => value.replace(/"timestamp":\{[^}]*\}/, ''));
  const [plain, pretty] = await Promise.all([record('off'), record('on')]);
  const expected = withoutTime(readInChunks(plain, {}, { cut: () => 65536 }));
  for (const mode of modes) {
    deepEqual(withoutTime(readInChunks(pretty, mode, { cut: () => 65536 })), expected);
    deepEqual(withoutTime(readInChunks(pretty, mode, { cut: () => 1021 })), expected);
  }
  equal(withoutTime(readInChunks(pretty, { strict: false }, inSingleBytes)).length, expected.length);
});
