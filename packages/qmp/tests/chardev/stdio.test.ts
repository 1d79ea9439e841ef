import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { StreamChardev } from '#src/chardev/stream-chardev.js';
import { chardevContract } from './contract.js';

/** Runs in the child: gives back what comes in, and ends when its input ends. */
const echo = `
import { openChardev } from 'qmp/chardev';
const chardev = await openChardev('stdio');
chardev.start({ data: (c) => chardev.write(c.slice()) || chardev.pause(), drain: () => chardev.resume(), end: () => chardev.close(), close() {} });
`;

function run(script: string) {
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

test('stdio gives and takes bytes, ends with its input, and leaves the process to end', async () => {
  const child = run(echo);
  const exit = new Promise((resolve) => child.once('exit', resolve));
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  child.stdin.end('x'.repeat(1_000_000));
  assert.equal(await exit, 0);
  assert.equal(out.length, 1_000_000);
});

test('stdio is refused to a second user and free again after close', async () => {
  const child = run(`
    import { openChardev } from 'qmp/chardev';
    const first = await openChardev('stdio');
    const code = await openChardev('stdio').catch((error) => error.code + ' ' + error.hint);
    await first.close();
    const again = await openChardev('stdio');
    again.start({ data() {}, end() {}, drain() {}, close() {} });
    again.write(code);
    await again.close();
  `);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  assert.match(out, /^QMP_STATE .*mon:stdio/);
});

// The contract on a child's pipes: the same class, two separate streams.
chardevContract(
  'two streams',
  async () => {
    const { PassThrough } = await import('node:stream');
    const [there, back] = [new PassThrough(), new PassThrough()];
    return {
      near: new StreamChardev({ label: 'near', readable: back, writable: there }),
      far: new StreamChardev({ label: 'far', readable: there, writable: back }),
      breakIt: () => {
        back.destroy(new Error('cut'));
      },
    };
  },
  { fault: true },
);
