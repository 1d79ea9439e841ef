import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { listening, type Program, start } from './support.js';

/** Starts what a newcomer starts, and waits until both monitors are there. */
async function npmStart(t: TestContext): Promise<Program> {
  const program = start(t, 'npm', ['start']);
  await program.sees(/\(qemu\) /, 60_000);
  await listening(4444);
  return program;
}

async function nobodyListens(): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ port: 4444, host: 'localhost' });
    socket.on('connect', () => reject(new Error('the QMP monitor is still there')));
    socket.on('error', () => resolve());
  });
}

describe('npm start', () => {
  test('says where to attach and what to try, answers the human monitor and ends with "quit"', async (t) => {
    const program = await npmStart(t);
    assert.match(program.stdout + program.stderr, /localhost:4444/);
    assert.match(program.stdout + program.stderr, /qmp-shell/);
    program.type('info status\n');
    await program.sees(/VM status: running/);
    program.type('quit\n');
    assert.deepEqual(await program.exited, { code: 0, signal: null });
    await nobodyListens();
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`ends with exit code 0 on ${signal} and leaves nothing behind`, async (t) => {
      const program = await npmStart(t);
      program.kill(signal);
      assert.deepEqual(await program.exited, { code: 0, signal: null });
      await nobodyListens();
    });
  }
});
